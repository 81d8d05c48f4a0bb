using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
using Marketplace.Client.Revisions;
using Marketplace.Client.Transport;
using Marketplace.Core.Coding;

namespace Marketplace.Client.Uploads;

/// <summary>A small object whose content is in memory.</summary>
sealed record SmallObject(ObjectName Name, byte[] Content);

/// <summary>
/// Stores many small objects together, all of them or none: one request to each provider carries their fragments, and one revision of each
/// agreement takes them in. The caller holds the writer lock.
/// </summary>
sealed class BatchUpload(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, RevisionSettler settler, IVersionKeys keys, UploadOptions options, TimeProvider time)
{
    /// <summary>Stores objects of different names, each of one segment.</summary>
    /// <returns>One result for all; a stored one names the last version.</returns>
    public async Task<UploadResult> PutAsync(
        IReadOnlyList<SmallObject> objects, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        ObjectLayout LayoutFor(SmallObject item, CodingScheme coding) => new(item.Content.Length, coding, options.SegmentSize);
        var (plan, refusal) = await new LanePlanner(catalog, market, transport, options, time).PlanAsync(
            coding => objects.Aggregate(0ul, (sum, item) => sum + LayoutFor(item, coding).LeavesPerProvider), orFewer: false, cancellationToken);
        if (plan is null)
            return new UploadResult.Refused(refusal!);
        var layouts = objects.Select(item => LayoutFor(item, plan.Coding)).ToList();
        var targets = CreateTargets(objects, layouts);
        using var lanes = new UploadLanes(plan.Chosen, plan.Spares, plan.Diversity, segments: 1);
        var notes = new UploadService.NoteCollector(progress);
        await using var commit = new UploadCommit(catalog, settler, keys, lanes, targets, options.OutagePatience, time);
        try
        {
            var parcel = new BatchParcel(layouts);
            await EncodeAsync(objects, targets, parcel, cancellationToken);
            commit.Prepare();
            return await SendAsync(parcel, commit, lanes, notes, layouts.Sum(layout => layout.Size), cancellationToken) is { } problem
                ? commit.GiveUp(problem)
                : new UploadResult.Stored(targets[^1].Version!.Value, plan.Coding, notes.Notes);
        }
        catch
        {
            commit.GiveUp(UploadRefusal.Of(UploadProblem.ProviderFailed, "Cancelled."));
            throw;
        }
        finally
        {
            targets.ForEach(target => target.Secrets.Dispose());
        }
    }

    List<UploadTarget> CreateTargets(IReadOnlyList<SmallObject> objects, List<ObjectLayout> layouts)
    {
        var known = catalog.Read(read => objects.Select(item => (Number: read.NextNumber(item.Name, false), Previous: read.FindLive(item.Name))).ToList());
        return [.. objects.Select((item, i) => new UploadTarget(
            item.Name, isHidden: false, known[i].Number, keys.Create(layouts[i], known[i].Number, known[i].Previous)))];
    }

    static Task EncodeAsync(IReadOnlyList<SmallObject> objects, List<UploadTarget> targets, BatchParcel parcel, CancellationToken cancellationToken)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(WorkAsync, cancellationToken)));

        async Task WorkAsync()
        {
            // Objects with fragments of one size are made in the same memory.
            var buffers = new Dictionary<int, EncodedSegment>();
            for (var i = Interlocked.Increment(ref next); i < objects.Count; i = Interlocked.Increment(ref next))
            {
                var layout = targets[i].Layout;
                if (!buffers.TryGetValue(layout.MaxFragmentSize, out var buffer))
                    buffers.Add(layout.MaxFragmentSize, buffer = new EncodedSegment(layout));
                using var source = new MemoryUploadSource(objects[i].Content);
                await new SegmentEncoder(source, targets[i].Secrets.Codec).EncodeAsync(0, buffer, cancellationToken);
                parcel.Fill(i, buffer);
                targets[i].Roots = [[.. buffer.Roots]];
            }
        }
    }

    /// <summary>Null when every lane has countersigned everything.</summary>
    async Task<UploadRefusal?> SendAsync(
        BatchParcel parcel, UploadCommit commit, UploadLanes lanes, IProgress<UploadProgress> notes, long size, CancellationToken cancellationToken)
    {
        var done = 0L;
        ParcelSender sender = null!;
        sender = new ParcelSender(lanes, options, time, note => notes.Report(new UploadProgress(UploadStage.Sending, done, size, sender.Sent, note)));
        while (true)
        {
            if (await sender.SendAsync(parcel, cancellationToken) is { } failed)
                return failed;
            cancellationToken.ThrowIfCancellationRequested();
            done = size;
            notes.Report(new UploadProgress(UploadStage.Committing, size, size, sender.Sent));
            var (isDone, problem) = await commit.TryCommitAsync(notes, cancellationToken);
            if (isDone || problem is not null)
                return problem;
        }
    }
}
