using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Watching;

/// <summary>A sealed epoch in which an agreement's provider was to prove.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="IsProven">Whether it did.</param>
public readonly record struct DutyEpoch(Epoch Epoch, bool IsProven);

/// <summary>What is known when a provider's standing is judged.</summary>
/// <param name="Held">What both sides signed last.</param>
/// <param name="Pending">A revision that the vault signed and whose countersignature it waits for; null for none.</param>
/// <param name="Acknowledged">The newest revision with which the provider superseded or cured on chain; 0 for none.</param>
/// <param name="Signings">When the catalog learned of revisions.</param>
/// <param name="Committed">When the provider's newest checkpoint was committed; null before the first.</param>
/// <param name="Node">What its node showed of that.</param>
/// <param name="Chain">What its transactions showed.</param>
/// <param name="Duties">The last sealed epochs that are over and were payable, the newest first.</param>
/// <param name="Start">The agreement's first payable epoch.</param>
/// <param name="Now">The epoch.</param>
sealed record ProofEvidence(
    RentedAgreement Held, Revision? Pending, ulong Acknowledged, IReadOnlyList<RevisionSigning> Signings, Epoch? Committed,
    ShownContents? Node, IReadOnlyList<ShownContents> Chain, IReadOnlyList<DutyEpoch> Duties, Epoch Start, Epoch Now)
{
    /// <summary>Whether the countersignature of what both sides signed last binds the provider.</summary>
    public bool Binds { get; init; } = true;

    /// <summary>When the checkpoint was committed that the provider proved last; null where none was asked for.</summary>
    public Epoch? ProvenCommitted { get; init; }

    /// <summary>What was shown of that.</summary>
    public ShownContents? Proven { get; init; }

    /// <summary>Whether what the node did not show, it gave no answer about.</summary>
    public bool IsSilence { get; init; }

    /// <summary>The epoch of the first of the watches, up to the last one, to which the provider's node was silent; null if it was not.</summary>
    public Epoch? SilentSince { get; init; }

    /// <summary>The epoch in which the last audit was demanded that the provider answered; null for none.</summary>
    public Epoch? Answered { get; init; }
}
