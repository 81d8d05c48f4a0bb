using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Revisions;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>An object that is being uploaded.</summary>
/// <param name="name">Its name.</param>
/// <param name="isHidden">Whether it is the catalog's own snapshot.</param>
/// <param name="number">Its version's number.</param>
/// <param name="secrets">Its keys; the caller's to dispose of.</param>
sealed class UploadTarget(ObjectName name, bool isHidden, ulong number, IVersionSecrets secrets)
{
    public ObjectName Name => name;

    public bool IsHidden => isHidden;

    public ulong Number => number;

    public IVersionSecrets Secrets => secrets;

    public ObjectLayout Layout => secrets.Codec.Layout;

    /// <summary>By segment and fragment, once they are made.</summary>
    public IReadOnlyList<IReadOnlyList<Hash256>> Roots { get; set; } = [];

    /// <summary>In the catalog, once it was written down.</summary>
    public VersionId? Version { get; set; }
}

/// <summary>
/// Collects the countersignatures of objects that are uploaded together: one revision of each agreement has the fragments of all. The manifests
/// and every signed revision are in the catalog before anything is posted, so that a later run can finish or undo what a crash leaves.
/// </summary>
sealed class UploadCommit(
    CatalogDatabase catalog,
    RevisionSettler settler,
    IVersionKeys keys,
    UploadLanes lanes,
    IReadOnlyList<UploadTarget> targets,
    TimeSpan patience,
    TimeProvider time) : IAsyncDisposable
{
    readonly HashSet<UploadLane> committed = [];
    (IReadOnlyList<Placement> Placements, Task<List<byte[]>> Manifests)? prepared;

    /// <summary>
    /// Begins to sign the manifests, once their roots are known, for the lanes as they are: signing takes longer than all the rest of a small object,
    /// and goes on while the providers write.
    /// </summary>
    public void Prepare()
    {
        var placements = Place();
        prepared = (placements, Task.Run(() => Seal(placements)));
    }

    /// <summary>Posts a revision at every lane that has none yet; those that fail are replaced and lack everything then.</summary>
    /// <returns>Whether all are countersigned and the version is live; or why it can never be.</returns>
    public async Task<(
        bool IsDone, UploadRefusal? Refusal)> TryCommitAsync(IProgress<UploadProgress> progress, CancellationToken cancellationToken)
    {
        var waiting = lanes.Current().Where(lane => !committed.Contains(lane)).ToList();
        var placements = Place();
        var manifests = prepared is { } early && early.Placements.SequenceEqual(placements) ? await early.Manifests : Seal(placements);
        var pending = catalog.Write(change => WriteDown(change, manifests, waiting));
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
        catalog.Write(change =>
        {
            var versions = targets.Select(target => target.Version!.Value).ToHashSet();
            foreach (var version in change.ListCommitting().Where(row => versions.Contains(row.Id)))
                change.MakeLive(version, time.GetUtcNow());
        });
        return (true, null);
    }

    /// <summary>The upload will not be: whatever was countersigned becomes garbage.</summary>
    public UploadResult GiveUp(UploadRefusal refusal)
    {
        var started = targets.Select(target => target.Version).OfType<VersionId>().ToList();
        if (started.Count > 0)
            catalog.Write(change => started.ForEach(change.Delete));
        return new UploadResult.Refused(refusal);
    }

    /// <summary>Nothing uses the keys any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (prepared is { Manifests: var signing })
            await ((Task)signing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    List<Placement> Place() => [.. lanes.Current().Select(lane => Placed(lane.Candidate))];

    List<byte[]> Seal(IReadOnlyList<Placement> placements) =>
        [.. targets.AsParallel().AsOrdered().Select(target => target.Secrets.Seal(target.Roots, placements))];

    Dictionary<UploadLane, PendingRevision?> WriteDown(CatalogTransaction change, IReadOnlyList<byte[]> manifests, List<UploadLane> waiting)
    {
        foreach (var (target, manifest) in targets.Zip(manifests))
        {
            if (target.Version is { } known)
                change.UpdateManifest(known, manifest);
            else
                target.Version = change.AddCommitting(
                    target.Name, target.IsHidden, target.Number, target.Layout.Size, time.GetUtcNow(), manifest);
        }
        return waiting.ToDictionary(lane => lane, lane => Plan(change, lane));
    }

    /// <summary>Null when another change of the agreement is under way.</summary>
    PendingRevision? Plan(CatalogTransaction change, UploadLane lane)
    {
        var agreement = change.FindAgreement(lane.Candidate.Agreement);
        if (agreement is null || change.FindPending(agreement.Id) is not null)
            return null;
        var additions = targets.SelectMany(target => target.Roots.Select((roots, segment) =>
            new NewFragment(roots[lane.Index], target.Layout.FragmentLeaves(segment), target.Version!.Value))).ToList();
        var plan = keys.Plan(change, agreement, additions);
        change.AddPending(plan);
        return plan;
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
        var size = targets.Sum(target => target.Layout.Size);
        progress.Report(new UploadProgress(
            UploadStage.Committing, size, size, 0,
            $"{lane.Candidate.Channel.Provider.Provider} is replaced by {next.Candidate.Channel.Provider.Provider}: {failure}"));
        return null;
    }

    static Placement Placed(LaneCandidate candidate) => new(candidate.Agreement, candidate.Channel.Provider.Provider);
}
