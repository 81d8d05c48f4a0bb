using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Watching;

/// <summary>A provider's standing.</summary>
/// <param name="Standing">The verdict.</param>
/// <param name="Because">What it rests on; null where that is what was not shown, or all that was.</param>
sealed record ProofVerdict(ProofStanding Standing, ShownContents? Because = null);

/// <summary>
/// Judges what a provider showed. A checkpoint has to hold whatever both sides had signed in an epoch before that of its commitment: a provider
/// that shows less has lost it, or hides that it has. A provider may commit many checkpoints in an epoch and proves the last of them alone, so
/// that whatever one shows well takes back nothing that another shows.
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

    /// <summary>The verdict. What a provider is blamed for comes before what stands in the way of an audit.</summary>
    public ProofVerdict Judge(ProofEvidence known)
    {
        var held = known.Held.Revision;
        var counted = Counted(known);
        if (known.Acknowledged > NewestSigned(known))
            return new(ProofStanding.Unknown);
        if (counted.FirstOrDefault(shown => IsUnknown(known, shown.Contents.RevisionOf())) is { } unknown)
            return new(ProofStanding.Unknown, unknown);
        if (counted.FirstOrDefault(shown => IsOtherThan(held, shown.Contents.RevisionOf())) is { } other)
            return new(held.Weight == 0 ? ProofStanding.Unknown : ProofStanding.Conflicting, other);
        if (held.Weight == 0)
            return new(ProofStanding.Empty);
        if (counted.FirstOrDefault(shown => shown.Contents.Revision < RequiredIn(known, shown.CommittedIn)) is { } older)
            return new(ProofStanding.Older, older);
        if (known.Duties.Count >= MissesInARow && known.Duties.Take(MissesInARow).All(duty => !duty.IsProven))
            return new(ProofStanding.NotProven);
        return new(JudgeWhatIsShown(known));
    }

    /// <summary>The one from the younger checkpoint; of the same epoch, the node's.</summary>
    public static ShownContents? Younger(ShownContents? node, ShownContents? chain) =>
        node is null || chain?.CommittedIn > node.CommittedIn ? chain ?? node : node;

    ProofStanding JudgeWhatIsShown(ProofEvidence known)
    {
        var isShown = known.Node is not null || known.Chain.Any(shown => IsRecent(known, shown));
        var isProvenShown = known.Proven is not null || known.ProvenCommitted is not { } committed || !IsDueIn(known, committed);
        if ((!isShown && IsDueIn(known, known.Committed ?? known.Now)) || !isProvenShown)
            return known.IsSilence && known.Duties is [{ IsProven: true }, ..] && !(known.SilentSince < known.Now)
                ? ProofStanding.Silent : ProofStanding.NotShown;
        if (!known.Binds)
            return ProofStanding.NotBinding;
        return isShown && Youngest(known)!.Contents.Revision >= known.Held.Revision.Number ? ProofStanding.Newest : ProofStanding.Early;
    }

    /// <summary>
    /// What still says something: the youngest, and all of the last epochs. What is older than an audit that was answered blames nobody any more, or
    /// a provider would be paid a bond for it again and again.
    /// </summary>
    static List<ShownContents> Counted(ProofEvidence known)
    {
        var youngest = Youngest(known);
        return [.. All(known).Where(shown => shown == youngest || IsRecent(known, shown))
            .Where(shown => known.Answered is not { } answered || shown.CommittedIn > answered)
            .OrderByDescending(shown => shown.CommittedIn.Value)];
    }

    static IEnumerable<ShownContents> All(ProofEvidence known) =>
        new[] { known.Node, known.Proven }.OfType<ShownContents>().Concat(known.Chain);

    static ShownContents? Youngest(ProofEvidence known) => Younger(known.Node, known.Chain.MaxBy(shown => shown.CommittedIn.Value));

    static bool IsRecent(ProofEvidence known, ShownContents shown) => shown.CommittedIn + Stale > known.Now;

    /// <summary>Whether a checkpoint of an epoch had to hold something of the agreement.</summary>
    bool IsDueIn(ProofEvidence known, Epoch epoch) => known.Now > known.Start && RequiredIn(known, epoch) > 0;

    /// <summary>The newest revision that a checkpoint of an epoch must hold; 0 if nothing was known to be signed.</summary>
    ulong RequiredIn(ProofEvidence known, Epoch epoch)
    {
        var margin = clock.EpochLength / MarginsInAnEpoch;
        return known.Signings.Where(signing => signing.KnownAt + margin < clock.StartOf(epoch))
            .Select(signing => signing.Number).DefaultIfEmpty(0ul).Max();
    }

    static ulong NewestSigned(ProofEvidence known) => Math.Max(known.Held.Revision.Number, known.Pending?.Number ?? 0);

    static bool IsUnknown(ProofEvidence known, Revision shown) =>
        shown.Number > NewestSigned(known)
        || (known.Pending is { } pending && pending.Number > known.Held.Revision.Number && IsOtherThan(pending, shown));

    /// <summary>Whether something was shown under a revision's number that is not that revision.</summary>
    static bool IsOtherThan(Revision revision, Revision shown) => shown.Number > 0 && shown.Number == revision.Number && shown != revision;
}
