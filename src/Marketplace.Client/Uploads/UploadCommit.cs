using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Revisions;
using Marketplace.Client.Transport;

namespace Marketplace.Client.Uploads;

/// <summary>What is being uploaded.</summary>
sealed record UploadTarget(ObjectName Name, bool IsHidden, ulong Number, ObjectLayout Layout);

/// <summary>
/// Collects the countersignatures of an upload. The manifest and every signed revision are in the catalog before anything is posted, so
/// that a later
/// run can finish or undo what a crash leaves.
/// </summary>
sealed class UploadCommit(
    CatalogDatabase catalog,
    RevisionSettler settler,
    IVersionKeys keys,
    UploadLanes lanes,
    FragmentDistributor distributor,
    IVersionSecrets version,
    UploadTarget target,
    TimeSpan patience,
    TimeProvider time)
{
    readonly HashSet<UploadLane> committed = [];
    VersionId? id;

    /// <summary>The version, once it was written down.</summary>
    public VersionId Version => id ?? throw new InvalidOperationException("Nothing was committed.");

    /// <summary>Posts a revision at every lane that has none yet; those that fail are replaced and lack everything then.</summary>
    /// <returns>Whether all are countersigned and the version is live; or why it can never be.</returns>
    public async Task<(
        bool IsDone, UploadRefusal? Refusal)> TryCommitAsync(IProgress<UploadProgress> progress, CancellationToken cancellationToken)
    {
        var waiting = lanes.Current().Where(lane => !committed.Contains(lane)).ToList();
        var manifest = version.Seal(distributor.Roots, [.. lanes.Current().Select(lane => Placed(lane.Candidate))]);
        var pending = catalog.Write(change => WriteDown(change, manifest, waiting));
        var outcomes = await Task.WhenAll(waiting.Select(async lane => (lane, await SettleAsync(lane, pending, cancellationToken))));
        UploadRefusal? refusal = null;
        foreach (var (lane, failure) in outcomes)
        {
            if (failure is null)
                committed.Add(lane);
            else
                refusal ??= Replace(lane, failure, progress);
        }
        if (refusal is not null || outcomes.Any(outcome => outcome.Item2 is not null))
            return (false, refusal);
        catalog.Write(change => change.MakeLive(change.ListCommitting().Single(row => row.Id == id)));
        return (true, null);
    }

    /// <summary>The upload will not be: whatever was countersigned becomes garbage.</summary>
    public UploadResult GiveUp(UploadRefusal refusal)
    {
        if (id is { } started)
            catalog.Write(change => change.Delete(started));
        return new UploadResult.Refused(refusal);
    }

    Dictionary<UploadLane, PendingRevision?> WriteDown(CatalogTransaction change, byte[] manifest, List<UploadLane> waiting)
    {
        if (id is { } known)
            change.UpdateManifest(known, manifest);
        else
            id = change.AddCommitting(target.Name, target.IsHidden, target.Number, target.Layout.Size, time.GetUtcNow(), manifest);
        return waiting.ToDictionary(lane => lane, lane =>
        {
            var agreement = change.FindAgreement(lane.Candidate.Agreement);
            if (agreement is null || change.FindPending(agreement.Id) is not null)
                return null;
            var additions = distributor.Roots.Select(
                (roots, segment) => new NewFragment(roots[lane.Index], target.Layout.FragmentLeaves(segment))).ToList();
            var plan = keys.Plan(agreement, change.ListSlots(agreement.Id), additions, id);
            change.AddPending(plan);
            return plan;
        });
    }

    async Task<ProviderFailure?> SettleAsync(
        UploadLane lane, Dictionary<UploadLane, PendingRevision?> pending, CancellationToken cancellationToken) =>
        pending[lane] is not { } revision
            ? new ProviderFailure(FailureKind.Refused, "Another change of this agreement is under way.")
            : await settler.SettleAsync(lane.Candidate.Channel, revision, patience, cancellationToken) switch
            {
                RevisionOutcome.Refused refused => refused.Failure,
                RevisionOutcome.Unsettled unsettled => unsettled.Failure,
                _ => null,
            };

    UploadRefusal? Replace(UploadLane lane, ProviderFailure failure, IProgress<UploadProgress> progress)
    {
        catalog.Write(change => change.DetachPending(lane.Candidate.Agreement));
        if (lanes.Replace(lane).Lane is not { } next)
            return UploadRefusal.Of(
                UploadProblem.ProviderFailed,
                $"Provider {lane.Candidate.Channel.Provider.Provider} did not countersign ({failure}) and no other rented provider can take its place.");
        progress.Report(new UploadProgress(
            UploadStage.Committing, target.Layout.Size, target.Layout.Size, 0,
            $"{lane.Candidate.Channel.Provider.Provider} is replaced by {next.Candidate.Channel.Provider.Provider}: {failure}"));
        return null;
    }

    static Placement Placed(LaneCandidate candidate) => new(candidate.Agreement, candidate.Channel.Provider.Provider);
}
