using Marketplace.Client.Content;
using Marketplace.Client.Reading;
using Marketplace.Client.Transport;
using Marketplace.Core.Content;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Downloads;

/// <summary>A piece that has passed its checks.</summary>
/// <param name="Buffer">To be returned to the pool of pieces once the bytes are used.</param>
/// <param name="Bytes">The wanted ciphertext, in the buffer.</param>
readonly record struct FetchedPiece(byte[] Buffer, ReadOnlyMemory<byte> Bytes);

/// <summary>A download's buffers.</summary>
/// <param name="Pieces">For whole segments.</param>
/// <param name="Fragments">For fragments that others are rebuilt from.</param>
sealed record BufferPools(BufferPool Pieces, BufferPool Fragments);

/// <summary>
/// Reads one piece of a segment: from the data fragments that hold it, or, where one fails, lies or dawdles, rebuilt from the same leaves
/// of any k
/// fragments. Nothing is used before it has passed its check against the root in the manifest.
/// </summary>
sealed class PieceFetch(
    SegmentPiece piece, IReadOnlyList<Hash256> roots, ObjectCodec codec, DownloadSources sources,
    BufferPools pools, DownloadOptions options, ReadingAccount account, TimeProvider time)
{
    /// <summary>Differences below this are nobody's fault.</summary>
    static readonly TimeSpan ShortestPatience = TimeSpan.FromMilliseconds(250);

    readonly byte[] output = pools.Pieces.Rent();
    readonly List<byte[]> rented = [];
    readonly Dictionary<int, Memory<byte>> got = [];
    readonly Dictionary<int, Task<Memory<byte>?>> running = [];
    readonly HashSet<int> late = [];
    readonly long started = time.GetTimestamp();
    bool isDirect;

    /// <summary>The piece, or null with the number of fragments that could be had.</summary>
    public async Task<(FetchedPiece? Piece, int Found)> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var order = new Queue<int>(sources.Order(piece.FirstFragment, piece.FragmentCount));
        // Where somebody among those that would be read directly failed or was late before, k are asked at once.
        isDirect = !Wanted.Any(sources.IsPoor);
        try
        {
            StartMore(order, stop.Token);
            while (!IsEnough && running.Count > 0)
            {
                await WaitAsync(stop.Token);
                StartMore(order, stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            // Whoever is still reading writes into buffers that are about to be used.
            await ((Task)Task.WhenAll(running.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsEnough)
            return (null, got.Count);
        await Task.Run(Complete, cancellationToken);
        rented.ForEach(pools.Fragments.Return);
        return (new FetchedPiece(output, output.AsMemory(piece.Skip, piece.Length)), got.Count);
    }

    IEnumerable<int> Wanted => Enumerable.Range(piece.FirstFragment, piece.FragmentCount);

    bool IsEnough => got.Count >= codec.Layout.DataFragments || Wanted.All(got.ContainsKey);

    void StartMore(Queue<int> order, CancellationToken cancellationToken)
    {
        var target = isDirect ? piece.FragmentCount : codec.Layout.DataFragments;
        while (got.Count + running.Count - late.Count < target && order.TryDequeue(out var index))
            running.Add(index, ReadAsync(index, cancellationToken));
    }

    /// <summary>
    /// How long the next answer may take. Once most are there, the others get as long again as these took: somebody slow then costs little.
    /// </summary>
    TimeSpan Patience
    {
        get
        {
            if (3 * got.Count < 2 * (got.Count + running.Count))
                return options.HedgeAfter;
            var again = time.GetElapsedTime(started);
            return again < ShortestPatience ? ShortestPatience : again < options.HedgeAfter ? again : options.HedgeAfter;
        }
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hedge = Task.Delay(Patience, time, timer.Token);
        await Task.WhenAny([.. running.Values, hedge]);
        await timer.CancelAsync();
        if (running.Where(row => row.Value.IsCompleted).Select(row => (int?)row.Key).FirstOrDefault() is not { } ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var slow in running.Keys.Where(late.Add))
                sources.ReportLate(slow);
            isDirect = false;
            return;
        }
        running.Remove(ended, out var read);
        late.Remove(ended);
        if (await read! is { } bytes)
            got.Add(ended, bytes);
        else
            isDirect = false;
    }

    /// <summary>The unmasked leaves, or null.</summary>
    async Task<Memory<byte>?> ReadAsync(int index, CancellationToken cancellationToken)
    {
        var at = index - piece.FirstFragment;
        var buffer = at >= 0 && at < piece.FragmentCount
            ? output.AsMemory(at * piece.FragmentBytes, piece.FragmentBytes)
            : RentFragment();
        var answer = await sources[index]!.ReadLeavesAsync(roots[index], piece.FirstLeaf, buffer, cancellationToken);
        if (!answer.TryGet(out var hashes, out var failure))
        {
            sources.Report(index, failure);
            return null;
        }
        if (!Roots.AreLeavesOf(roots[index], codec.Layout.FragmentLeaves(piece.Segment), piece.FirstLeaf, buffer.Span, hashes))
        {
            sources.Report(index, ProviderFailure.Lie("The bytes are not those of the fragment that was stored."));
            return null;
        }
        account.Count(sources[index]!, buffer.Length);
        codec.Mask(piece.Segment, index, (long)piece.FirstLeaf * SegmentLayout.LeafSize, buffer.Span);
        return buffer;
    }

    /// <remarks>Called by the one task that starts reads, before the read's first wait.</remarks>
    Memory<byte> RentFragment()
    {
        var buffer = pools.Fragments.Rent();
        rented.Add(buffer);
        return buffer.AsMemory(0, piece.FragmentBytes);
    }

    void Complete()
    {
        var missing = Wanted.Where(index => !got.ContainsKey(index)).ToList();
        if (missing.Count == 0)
            return;
        codec.Rebuild(
            [.. got.OrderBy(row => row.Key).Take(codec.Layout.DataFragments).Select(row => (row.Key, (ReadOnlyMemory<byte>)row.Value))],
            [.. missing.Select(index => (index, output.AsMemory((index - piece.FirstFragment) * piece.FragmentBytes, piece.FragmentBytes)))]);
    }
}
