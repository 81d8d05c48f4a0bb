using System.Buffers;
using Marketplace.Client.Content;
using Marketplace.Core.Content;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>A segment's fragments, masked, with their roots. The memory is used again for a later segment.</summary>
sealed class EncodedSegment(ObjectLayout layout)
{
    readonly byte[] memory = GC.AllocateUninitializedArray<byte>(checked(layout.Fragments * layout.MaxFragmentSize));

    public int Segment { get; private set; }

    public Hash256[] Roots { get; } = new Hash256[layout.Fragments];

    /// <summary>The k data fragments end to end.</summary>
    public Memory<byte> Data => memory.AsMemory(0, layout.DataFragments * layout.FragmentSize(Segment));

    public void Start(int segment) => Segment = segment;

    public Memory<byte> Fragment(int index)
    {
        var size = layout.FragmentSize(Segment);
        return memory.AsMemory(index * size, size);
    }
}

/// <summary>
/// Makes the fragments of any segment, in any order and as often as needed: each time the same, as long as the content is the same.
/// </summary>
sealed class SegmentEncoder(IUploadSource source, ObjectCodec codec)
{
    readonly ObjectLayout layout = codec.Layout;

    /// <summary>Reads, encrypts, codes, masks and hashes. False when the content ended before its length.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public async Task<bool> EncodeAsync(int segment, EncodedSegment target, CancellationToken cancellationToken)
    {
        target.Start(segment);
        if (!await EncryptAsync(segment, target.Data, cancellationToken))
            return false;
        await Task.Run(() => Code(segment, target, cancellationToken), cancellationToken);
        return true;
    }

    async Task<bool> EncryptAsync(int segment, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var start = (long)segment * layout.SegmentSize;
        var end = start + layout.SegmentLength(segment);
        destination.Span[layout.SegmentLength(segment)..].Clear();
        var plain = ArrayPool<byte>.Shared.Rent(ContentLayout.BlockSize);
        var cipher = ArrayPool<byte>.Shared.Rent(ContentLayout.SealedBlockSize);
        try
        {
            for (var block = start / ContentLayout.SealedBlockSize; block * ContentLayout.SealedBlockSize < end; block++)
            {
                var length = layout.BlockLength(block);
                if (!await ReadBlockAsync(block, plain.AsMemory(0, length), cancellationToken))
                    return false;
                var encrypted = cipher.AsMemory(0, length + ContentLayout.TagSize);
                codec.Encrypt(block, plain.AsSpan(0, length), encrypted.Span);
                // A block may lie across the border of two segments: each takes its part.
                var at = block * ContentLayout.SealedBlockSize;
                var from = Math.Max(at, start);
                var to = Math.Min(at + encrypted.Length, end);
                encrypted[(int)(from - at)..(int)(to - at)].CopyTo(destination[(int)(from - start)..]);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
            ArrayPool<byte>.Shared.Return(cipher);
        }
    }

    async Task<bool> ReadBlockAsync(long block, Memory<byte> plain, CancellationToken cancellationToken)
    {
        var position = block * ContentLayout.BlockSize;
        var content = (int)Math.Clamp(layout.Size - position, 0, plain.Length);
        plain.Span[content..].Clear();
        return content == 0 || await source.ReadAsync(position, plain[..content], cancellationToken) == content;
    }

    void Code(int segment, EncodedSegment target, CancellationToken cancellationToken)
    {
        codec.EncodeParity([.. Enumerable.Range(0, layout.Fragments).Select(target.Fragment)]);
        for (var index = 0; index < layout.Fragments; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fragment = target.Fragment(index).Span;
            codec.Mask(segment, index, 0, fragment);
            target.Roots[index] = Roots.OfFragment(fragment);
        }
    }
}
