namespace Marketplace.Client.Watching;

/// <summary>Whether a provider proves what both sides signed last.</summary>
public enum ProofStanding
{
    /// <summary>It shows the newest revision, and its checkpoints are proven.</summary>
    Newest = 1,

    /// <summary>What it shows was the newest when its checkpoint was committed, or could not be in one yet; a later one tells.</summary>
    Early = 2,

    /// <summary>Nothing is stored under the agreement, so there is nothing to prove.</summary>
    Empty = 3,

    /// <summary>A checkpoint of its is younger than what both sides signed, and holds an older revision: it may have dropped the data.</summary>
    Older = 4,

    /// <summary>Neither it nor its transactions show that the agreement is in what it proves.</summary>
    NotShown = 5,

    /// <summary>It has proven none of the last epochs.</summary>
    NotProven = 6,

    /// <summary>It shows contents that this vault signed and this catalog does not know: of another machine, or by a stolen key.</summary>
    Unknown = 7,

    /// <summary>What both sides signed last does not bind the provider: an operator key signed it that was replaced before the agreement was given
    /// space, or none of the provider's at all. No audit can be demanded on it until the present key signs.</summary>
    NotBinding = 8,

    /// <summary>It shows a revision of the number of the one that both sides signed last, with other contents, which this vault once signed too: one
    /// that it had refused. What it countersigned it cannot answer for with those.</summary>
    Conflicting = 9,

    /// <summary>Its node gives no answer, though the provider proves. Should that be so in a later epoch too, it is <see cref="NotShown"/>.</summary>
    Silent = 10,
}
