using Marketplace.Client.Content;
using Marketplace.Client.Reading;
using Marketplace.Core.Content;

namespace Marketplace.Client.Downloads;

/// <summary>Reads an object or any range of it, in order, with bounded memory. Disposing erases its keys.</summary>
public sealed class ObjectReader : IDisposable
{
    readonly OpenedVersion version;
    readonly DownloadSources sources;
    readonly DownloadOptions options;
    readonly ReadingAccount account;
    readonly TimeProvider time;

    internal ObjectReader(OpenedVersion version, DownloadSources sources, DownloadOptions options, ReadingAccount account, TimeProvider time) =>
        (this.version, this.sources, this.options, this.account, this.time) = (version, sources, options, account, time);

    /// <summary>Bytes of the content.</summary>
    public long Size => version.Codec.Layout.Size;

    /// <summary>Writes the whole content.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public Task<DownloadResult> CopyToAsync(
        Stream destination, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        CopyRangeToAsync(0, Size, destination, progress, cancellationToken);

    /// <summary>Writes the bytes from <paramref name="offset"/> on; fewer than <paramref name="count"/> only where the content
    /// ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public Task<DownloadResult> CopyRangeToAsync(
        long offset, long count, Stream destination, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        CopyRangeAsync(offset, count, destination.WriteAsync, progress, cancellationToken);

    /// <inheritdoc cref="CopyRangeToAsync"/>
    internal async Task<DownloadResult> CopyRangeAsync(
        long offset, long count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var end = Math.Min(Size, offset > long.MaxValue - count ? long.MaxValue : offset + count);
        if (offset >= end)
            return new DownloadResult.Complete(0, []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<(FetchedPiece? Piece, int Found)>>();
        try
        {
            var result = await CopyAsync(offset, end, write, ahead, progress, stop.Token);
            await account.PayAsync(stop.Token);
            return result;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(ahead)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose() => version.Dispose();

    async Task<DownloadResult> CopyAsync(
        long offset, long end, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Queue<Task<(FetchedPiece? Piece, int Found)>> ahead,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var layout = version.Codec.Layout;
        var (first, last) = ContentLayout.BlocksOf(offset, end - offset);
        using var pieces = Pieces(first, last).GetEnumerator();
        // Each piece takes its own bytes, and as much again while it is rebuilt.
        var pieceSize = layout.DataFragments * layout.MaxFragmentSize;
        var window = (int)Math.Clamp(options.MemoryBudget / (2L * pieceSize), 1, 16);
        var pools = new BufferPools(new BufferPool(pieceSize), new BufferPool(layout.MaxFragmentSize));
        var written = 0L;
        using var writer = new PlaintextWriter(version.Codec, first, offset, end, write, bytes =>
        {
            written += bytes;
            progress?.Report(new DownloadProgress(written, end - offset));
        });
        while (true)
        {
            while (ahead.Count < window && pieces.MoveNext())
                ahead.Enqueue(Fetch(pieces.Current, pools, cancellationToken));
            if (!ahead.TryPeek(out var next))
                break;
            var (piece, found) = await next;
            _ = ahead.Dequeue();
            var problem = piece is null
                ? $"Only {found} of the {layout.DataFragments} fragments that are needed could be read; try again when more providers answer."
                : await writer.TryTakeAsync(piece.Value.Bytes, cancellationToken) ? null : "The content does not pass its authentication.";
            if (problem is not null)
            {
                // What passed its checks before is handed out.
                await writer.FinishAsync(cancellationToken);
                return new DownloadResult.Incomplete(written, sources.Reports, problem);
            }
            pools.Pieces.Return(piece!.Value.Buffer);
            await account.PayIfDueAsync(cancellationToken);
        }
        await writer.FinishAsync(cancellationToken);
        return new DownloadResult.Complete(written, sources.Reports);
    }

    IEnumerable<SegmentPiece> Pieces(long firstBlock, long endBlock) =>
        SegmentPiece.Cover(
            version.Codec.Layout, ContentLayout.CiphertextOffset(
                firstBlock), Math.Min(ContentLayout.CiphertextOffset(endBlock), version.Codec.Layout.CipherSize));

    Task<(FetchedPiece? Piece, int Found)> Fetch(SegmentPiece piece, BufferPools pools, CancellationToken cancellationToken) =>
        new PieceFetch(
            piece, version.Manifest.Roots[piece.Segment], version.Codec, sources, pools, options, account, time).RunAsync(cancellationToken);
}
