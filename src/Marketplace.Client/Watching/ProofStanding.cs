using Marketplace.Chain.Agreements;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;

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

    /// <summary>Its checkpoint is younger than what both sides signed, and holds an older revision: it may have dropped the data.</summary>
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
}

/// <summary>What an agreement's provider proves.</summary>
/// <param name="Agreement">As the chain has it.</param>
/// <param name="Held">What both sides signed last.</param>
/// <param name="Standing">The verdict.</param>
/// <param name="Node">What its node showed; null when that was nothing.</param>
/// <param name="NodeProblem">Why the node showed nothing.</param>
/// <param name="Chain">What its transactions showed last; null when that was nothing.</param>
/// <param name="LastProven">The last epoch of those looked into that it proved; null for none.</param>
public sealed record ProofHealth(
    AgreementInfo Agreement, RentedAgreement Held, ProofStanding Standing, ShownContents? Node, string? NodeProblem, ShownContents? Chain,
    Epoch? LastProven)
{
    /// <summary>Whether only an audit shows if the data is there.</summary>
    public bool CallsForAudit => Standing is ProofStanding.Older or ProofStanding.NotShown or ProofStanding.NotProven;

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsFine => Standing is ProofStanding.Newest or ProofStanding.Early or ProofStanding.Empty;

    /// <summary>The younger of what was shown.</summary>
    public ShownContents? Shown => ProofJudge.Younger(Node, Chain);
}
