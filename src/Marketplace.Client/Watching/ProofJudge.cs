using Marketplace.Chain.Deployments;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>A sealed epoch in which an agreement's provider was to prove.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="IsProven">Whether it did.</param>
public readonly record struct DutyEpoch(Epoch Epoch, bool IsProven);

/// <summary>What is known when a provider's standing is judged.</summary>
/// <param name="Held">What both sides signed last.</param>
/// <param name="PendingNumber">A revision that the vault signed and whose countersignature it waits for; null for none.</param>
/// <param name="Acknowledged">The newest revision with which the provider superseded or cured on chain; 0 for none.</param>
/// <param name="Signings">When the catalog learned of revisions.</param>
/// <param name="Committed">The provider's newest checkpoint; null before the first.</param>
/// <param name="Node">What its node showed.</param>
/// <param name="Chain">What its transactions showed.</param>
/// <param name="Duties">The last sealed epochs that are over and were payable, the newest first.</param>
/// <param name="Start">The agreement's first payable epoch.</param>
/// <param name="Now">The epoch.</param>
/// <param name="Binds">Whether the countersignature of what both sides signed last binds the provider.</param>
sealed record ProofEvidence(
    RentedAgreement Held, ulong? PendingNumber, ulong Acknowledged, IReadOnlyList<RevisionSigning> Signings, Epoch? Committed,
    ShownContents? Node, ShownContents? Chain, IReadOnlyList<DutyEpoch> Duties, Epoch Start, Epoch Now, bool Binds = true);

/// <summary>
/// Judges what a provider showed. A checkpoint has to hold whatever both sides had signed in an epoch before that of its commitment: a provider
/// that shows less has lost it, or hides that it has.
/// </summary>
/// <param name="clock">The market's.</param>
sealed class ProofJudge(EpochClock clock)
{
    /// <summary>Sealed epochs in a row without a proof that are no longer somebody's restart.</summary>
    public const int MissesInARow = 2;

    /// <summary>Epochs after which what a transaction showed says nothing of today.</summary>
    const ulong Stale = 3;

    /// <summary>This machine's clock may be behind by a part of an epoch: what was signed so late in one belongs to the next.</summary>
    const int MarginsInAnEpoch = 24;

    /// <summary>The verdict.</summary>
    public ProofStanding Judge(ProofEvidence known)
    {
        var held = known.Held.Revision;
        var shown = Younger(known.Node, known.Chain);
        if (known.Acknowledged > NewestSigned(known) || (shown is not null && IsUnknown(known, shown)))
            return ProofStanding.Unknown;
        if (held.Weight == 0)
            return ProofStanding.Empty;
        if (!known.Binds)
            return ProofStanding.NotBinding;
        if (shown is not null && shown.Contents.Revision < RequiredIn(known, shown.CommittedIn))
            return ProofStanding.Older;
        if (known.Duties.Count >= MissesInARow && known.Duties.Take(MissesInARow).All(duty => !duty.IsProven))
            return ProofStanding.NotProven;
        var isShown = known.Node is not null || known.Chain?.CommittedIn + Stale > known.Now;
        if (!isShown)
            return known.Now <= known.Start || RequiredIn(known, known.Committed ?? known.Now) == 0 ? ProofStanding.Early : ProofStanding.NotShown;
        return shown!.Contents.Revision < held.Number ? ProofStanding.Early : ProofStanding.Newest;
    }

    /// <summary>The one from the younger checkpoint; of the same one, the node's.</summary>
    public static ShownContents? Younger(ShownContents? node, ShownContents? chain) =>
        node is null || chain?.CommittedIn > node.CommittedIn ? chain ?? node : node;

    /// <summary>The newest revision that a checkpoint of an epoch must hold; 0 if nothing was known to be signed.</summary>
    ulong RequiredIn(ProofEvidence known, Epoch epoch)
    {
        var margin = clock.EpochLength / MarginsInAnEpoch;
        return known.Signings.Where(signing => signing.KnownAt + margin < clock.StartOf(epoch))
            .Select(signing => signing.Number).DefaultIfEmpty(0ul).Max();
    }

    static ulong NewestSigned(ProofEvidence known) => Math.Max(known.Held.Revision.Number, known.PendingNumber ?? 0);

    static bool IsUnknown(ProofEvidence known, ShownContents shown)
    {
        var (held, contents) = (known.Held.Revision, shown.Contents);
        return contents.Revision > NewestSigned(known)
            || (contents.Revision == held.Number && contents.Revision > 0
                && (contents.DataRoot.ToHash256() != held.DataRoot || contents.Weight != held.Weight));
    }
}
