using Marketplace.Client.Content;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>
/// Brings every fragment to its provider with bounded memory: while some segments are sent, others are made and the next ones read. A
/// provider that fails or lags is replaced by a spare; what it had stored is made anew from the content in a later pass.
/// </summary>
sealed class FragmentDistributor
{
    /// <summary>With more on their way nothing gets faster, however much memory there is.</summary>
    const int MostSegments = 16;

    readonly SegmentEncoder encoder;
    readonly ObjectLayout layout;
    readonly UploadLanes lanes;
    readonly UploadOptions options;
    readonly IProgress<UploadProgress>? progress;
    readonly ParcelSender sender;
    readonly Hash256[][] roots;
    readonly Lock gate = new();
    long complete;

    public FragmentDistributor(
        SegmentEncoder encoder, ObjectLayout layout, UploadLanes lanes, UploadOptions options, TimeProvider time, IProgress<UploadProgress>? progress)
    {
        (this.encoder, this.layout, this.lanes, this.options, this.progress) = (encoder, layout, lanes, options, progress);
        roots = new Hash256[layout.Segments][];
        sender = new ParcelSender(lanes, options, time, Report);
    }

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
        if (await sender.SendAsync(segment, cancellationToken) is { } refusal)
            return refusal;
        Interlocked.Add(ref complete, layout.SegmentLength(segment.Segment));
        Report(null);
        return null;
    }

    void Report(string? note) => progress?.Report(new UploadProgress(
        UploadStage.Sending, Math.Min(Interlocked.Read(ref complete), layout.Size), layout.Size, sender.Sent, note));
}
