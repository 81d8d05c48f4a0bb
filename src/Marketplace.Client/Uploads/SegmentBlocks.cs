using System.Buffers;
using Marketplace.Client.Content;
using Marketplace.Core.Content;

namespace Marketplace.Client.Uploads;

/// <summary>
/// Brings a segment's ciphertext into its data fragments, in the order in which stripes need it: the next bytes of each fragment, not one
/// fragment after the other. A block that lies in one fragment is read to its place and encrypted there.
/// </summary>
sealed class SegmentBlocks
{
    readonly ObjectLayout layout;
    readonly EncodedSegment target;
    readonly IUploadSource source;
    readonly ObjectCodec codec;
    readonly long start, end;
    readonly int fragmentSize;
    readonly Run[] runs;

    public SegmentBlocks(ObjectLayout layout, int segment, EncodedSegment target, IUploadSource source, ObjectCodec codec)
    {
        (this.layout, this.target, this.source, this.codec) = (layout, target, source, codec);
        start = (long)segment * layout.SegmentSize;
        end = start + layout.SegmentLength(segment);
        fragmentSize = layout.FragmentSize(segment);
        var last = start + (layout.DataFragments - 1L) * fragmentSize;
        // A block may then span many fragments; such a segment is small enough to stay in the cache as a whole.
        var isSmall = fragmentSize < ContentLayout.SealedBlockSize || last >= end;
        runs = isSmall ? [new Run(start, end - start, start / Sealed, BlocksBefore(end))] : [.. Enumerable.Range(0, layout.DataFragments).Select(RunOf)];
    }

    static long Sealed => ContentLayout.SealedBlockSize;

    /// <summary>Zeros behind the ciphertext's end.</summary>
    public void ClearPadding()
    {
        for (var index = (int)((end - start) / fragmentSize); index < layout.DataFragments; index++)
            target.Fragment(index).Span[(int)Math.Max(0, end - start - (long)index * fragmentSize)..].Clear();
    }

    /// <summary>Encrypts until so many bytes of each data fragment are there. False when the content has ended.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public async ValueTask<bool> EncryptUpToAsync(int length, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            for (; run.Next < run.End && run.Next * Sealed < run.Start + Math.Max(length, run.AtOnce); run.Next++)
            {
                if (!await EncryptAsync(run.Next, cancellationToken))
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// The blocks of a fragment: the one that holds its first byte, which may begin in the fragment before, and all that begin in it, but
    /// for one that reaches into the next.
    /// </summary>
    Run RunOf(int fragment)
    {
        var from = start + (long)fragment * fragmentSize;
        var isLast = fragment == layout.DataFragments - 1;
        return new Run(from, 0, from / Sealed, isLast ? BlocksBefore(end) : (from + fragmentSize) / Sealed);
    }

    static long BlocksBefore(long position) => (position + Sealed - 1) / Sealed;

    async ValueTask<bool> EncryptAsync(long block, CancellationToken cancellationToken)
    {
        var at = block * Sealed;
        var length = layout.BlockLength(block);
        var fragment = (int)((at - start) / fragmentSize);
        var offset = (int)(at - start - (long)fragment * fragmentSize);
        // What reaches into the next segment must not stand in this one's padding, even where there would be room.
        if (at >= start && at + length + ContentLayout.TagSize <= end && offset + length + ContentLayout.TagSize <= fragmentSize)
            return await EncryptAsync(block, target.Fragment(fragment).Slice(offset, length + ContentLayout.TagSize), cancellationToken);
        var apart = ArrayPool<byte>.Shared.Rent(ContentLayout.SealedBlockSize);
        try
        {
            var cipher = apart.AsMemory(0, length + ContentLayout.TagSize);
            if (!await EncryptAsync(block, cipher, cancellationToken))
                return false;
            Spread(at, cipher.Span);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(apart, clearArray: true);
        }
    }

    async ValueTask<bool> EncryptAsync(long block, Memory<byte> cipher, CancellationToken cancellationToken)
    {
        var plain = cipher[..^ContentLayout.TagSize];
        var position = block * ContentLayout.BlockSize;
        var content = (int)Math.Clamp(layout.Size - position, 0, plain.Length);
        plain.Span[content..].Clear();
        if (content > 0 && await source.ReadAsync(position, plain[..content], cancellationToken) != content)
            return false;
        codec.Encrypt(block, plain.Span, cipher.Span);
        return true;
    }

    /// <summary>Puts each part of a block that is this segment's into its fragment.</summary>
    void Spread(long at, ReadOnlySpan<byte> cipher)
    {
        var stop = Math.Min(at + cipher.Length, end);
        for (var from = Math.Max(at, start); from < stop;)
        {
            var fragment = (int)((from - start) / fragmentSize);
            var offset = (int)(from - start - (long)fragment * fragmentSize);
            var part = (int)Math.Min(fragmentSize - offset, stop - from);
            cipher.Slice((int)(from - at), part).CopyTo(target.Fragment(fragment).Span[offset..]);
            from += part;
        }
    }

    /// <summary>Blocks that are encrypted one after the other.</summary>
    /// <param name="start">Where its fragment begins in the ciphertext.</param>
    /// <param name="atOnce">How far the run goes at the first stripe, in bytes from its start.</param>
    /// <param name="next">The first block.</param>
    /// <param name="end">The one behind the last.</param>
    sealed class Run(long start, long atOnce, long next, long end)
    {
        public long Start => start;

        public long AtOnce => atOnce;

        public long Next { get; set; } = next;

        public long End => end;
    }
}
