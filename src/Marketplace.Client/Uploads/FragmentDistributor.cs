using Marketplace.Client.Content;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Uploads;

/// <summary>
/// Brings every fragment to its provider with bounded memory: while some segments are sent, others are made and the next ones read. A
/// provider that fails or lags is replaced by a spare; what it had stored is made anew from the content in a later pass.
/// </summary>
sealed class FragmentDistributor(
    SegmentEncoder encoder, ObjectLayout layout, UploadLanes lanes, UploadOptions options, TimeProvider time,
        IProgress<UploadProgress>? progress)
{
    /// <summary>With more on their way nothing gets faster, however much memory there is.</summary>
    const int MostSegments = 16;

    readonly Hash256[][] roots = new Hash256[layout.Segments][];
    readonly Lock gate = new();
    long sent, complete;

    /// <summary>The fragments' roots by segment and index, once distributed.</summary>
    public IReadOnlyList<IReadOnlyList<Hash256>> Roots => roots;

    /// <summary>Sends until every lane has everything.</summary>
    /// <returns>Null, or why it cannot be done.</returns>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public async Task<UploadRefusal?> RunAsync(CancellationToken cancellationToken)
    {
        for (var missing = lanes.Incomplete(); missing.Count > 0; missing = lanes.Incomplete())
            if (await PassAsync(missing, cancellationToken) is { } refusal)
                return refusal;
        return null;
    }

    async Task<UploadRefusal?> PassAsync(List<int> segments, CancellationToken cancellationToken)
    {
        var inFlight = (int)Math.Clamp(options.MemoryBudget / EncodedSegment.BytesFor(layout), 1, MostSegments);
        var buffers = new Stack<EncodedSegment>();
        using var room = new SemaphoreSlim(inFlight);
        // More at a time would only push each other's stripes out of the cache.
        using var cores = new SemaphoreSlim(Environment.ProcessorCount);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        UploadRefusal? refusal = null;
        var running = new List<Task>();
        try
        {
            foreach (var segment in segments)
            {
                encoder.ReadAhead(segment);
                await room.WaitAsync(stop.Token);
                EncodedSegment buffer;
                lock (gate)
                    buffer = buffers.TryPop(out var free) ? free : new EncodedSegment(layout);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                running.Add(SendSegmentAsync(segment, buffer));
            }
        }
        catch (OperationCanceledException) when (refusal is not null)
        {
            // The refusal says why.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A segment's task failed; awaiting it below throws its exception.
        }
        finally
        {
            await Task.WhenAll(running);
        }
        return refusal;

        async Task SendSegmentAsync(int segment, EncodedSegment buffer)
        {
            try
            {
                if ((await EncodeAsync(segment, buffer, cores, stop.Token) ?? await SendAsync(buffer, stop.Token)) is { } problem)
                {
                    refusal ??= problem;
                    await stop.CancelAsync();
                }
            }
            catch (OperationCanceledException) when (refusal is not null)
            {
                // Another segment's refusal ended this one.
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
            finally
            {
                lock (gate)
                    buffers.Push(buffer);
                room.Release();
            }
        }
    }

    async Task<UploadRefusal?> EncodeAsync(int segment, EncodedSegment buffer, SemaphoreSlim cores, CancellationToken cancellationToken)
    {
        if (!await EncodeInTurnAsync(segment, buffer, cores, cancellationToken))
            return UploadRefusal.Of(UploadProblem.ContentChanged, "The content became shorter while it was read.");
        lock (gate)
        {
            if (roots[segment] is { } before && !before.AsSpan().SequenceEqual(buffer.Roots))
                return UploadRefusal.Of(UploadProblem.ContentChanged, "The content changed while it was read.");
            roots[segment] ??= [.. buffer.Roots];
        }
        return null;
    }

    async Task<bool> EncodeInTurnAsync(int segment, EncodedSegment buffer, SemaphoreSlim cores, CancellationToken cancellationToken)
    {
        await cores.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => encoder.EncodeAsync(segment, buffer, cancellationToken), cancellationToken);
        }
        finally
        {
            cores.Release();
        }
    }

    async Task<UploadRefusal?> SendAsync(EncodedSegment segment, CancellationToken cancellationToken)
    {
        var lacking = lanes.Lacking(segment.Segment);
        using var pace = new SegmentPace(lacking.Count, options.SlowAfter, time);
        var refusals = await Task.WhenAll(lacking.Select(lane => SendAsync(lane, segment, pace, cancellationToken)));
        if (refusals.OfType<UploadRefusal>().FirstOrDefault() is { } refusal)
            return refusal;
        var done = Interlocked.Add(ref complete, layout.SegmentLength(segment.Segment));
        progress?.Report(new UploadProgress(UploadStage.Sending, Math.Min(done, layout.Size), layout.Size, Interlocked.Read(ref sent)));
        return null;
    }

    async Task<UploadRefusal?> SendAsync(UploadLane lane, EncodedSegment segment, SegmentPace pace, CancellationToken cancellationToken)
    {
        var mayBeSlow = false;
        var outage = new Outage(options.OutagePatience, time);
        while (true)
        {
            var failure = await StoreAsync(lane, segment, pace, mayBeSlow, cancellationToken);
            if (failure is null)
            {
                pace.OneDone();
                return null;
            }
            var (next, isNew) = lanes.Replace(lane);
            if (next is null && ReferenceEquals(failure, SegmentPace.TooSlow))
            {
                // Somebody slower took the last spare: slow is better than not at all.
                mayBeSlow = true;
                continue;
            }
            if (next is null && await outage.WaitAsync(failure, cancellationToken))
                continue;
            if (next is null)
                return UploadRefusal.Of(
                    UploadProblem.ProviderFailed,
                    $"Provider {lane.Candidate.Channel.Provider.Provider} failed ({failure}) and no other rented provider can take its place.");
            if (isNew)
                progress?.Report(new UploadProgress(
                    UploadStage.Sending, Math.Min(Interlocked.Read(ref complete), layout.Size), layout.Size, Interlocked.Read(ref sent),
                    $"{lane.Candidate.Channel.Provider.Provider} is replaced by {next.Candidate.Channel.Provider.Provider}: {failure}"));
            lane = next;
        }
    }

    Task<ProviderFailure?> StoreAsync(
        UploadLane lane, EncodedSegment segment, SegmentPace pace, bool mayBeSlow, CancellationToken cancellationToken) =>
        pace.RunAsync(
            token =>
                StoreInTurnAsync(lane, segment, token), () => !mayBeSlow && lanes.HasSpareFor(lane.Index), lane.Retired, cancellationToken);

    async Task<ProviderFailure?> StoreInTurnAsync(UploadLane lane, EncodedSegment segment, CancellationToken cancellationToken)
    {
        await lane.Turns.WaitAsync(cancellationToken);
        try
        {
            var fragment = new OutgoingFragment(segment.Roots[lane.Index], segment.Fragment(lane.Index));
            var failure = await StoreOnceAsync(lane.Candidate.Channel, fragment, cancellationToken);
            if (failure is null)
            {
                lane.Stored[segment.Segment] = true;
                Interlocked.Add(ref sent, fragment.Bytes.Length);
            }
            return failure;
        }
        finally
        {
            lane.Turns.Release();
        }
    }

    static async Task<ProviderFailure?> StoreOnceAsync(
        IAgreementChannel channel, OutgoingFragment fragment, CancellationToken cancellationToken)
    {
        ProviderFailure? failure = null;
        // Storing the same fragment twice is harmless, so that a broken connection is tried once more.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var answer = await channel.StoreAsync([fragment], cancellationToken);
            if (answer.TryGet(out var results, out failure))
                return results.Results is [{ Result: RefusalCodes.Stored } only] && only.Root == fragment.Root
                    ? null
                    : new ProviderFailure(
                        FailureKind.Refused, "The fragment was not stored.", RefusalCodes.Parse(results.Results.FirstOrDefault()?.Result));
            if (failure.Kind != FailureKind.Unreachable && failure.Code is not (RefusalCode.Busy or RefusalCode.Unauthorized))
                return failure;
        }
        return failure;
    }
}
