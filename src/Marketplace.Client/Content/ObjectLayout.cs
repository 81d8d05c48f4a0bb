using Marketplace.Core.Coding;
using Marketplace.Core.Content;

namespace Marketplace.Client.Content;

/// <summary>Where each byte of an object lies: Core's layouts of its blocks and its segments, for one size and coding.</summary>
public sealed class ObjectLayout
{
    readonly SegmentLayout segments;

    /// <param name="size">Bytes of the content.</param>
    /// <param name="coding">k and n.</param>
    /// <param name="segmentSize">Ciphertext bytes of a segment.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers fit no object.</exception>
    public ObjectLayout(long size, CodingScheme coding, int segmentSize)
    {
        (Size, Coding) = (size, coding);
        CipherSize = ContentLayout.CiphertextLength(size);
        Blocks = ContentLayout.BlockCount(size);
        segments = new SegmentLayout(CipherSize, segmentSize, coding.DataFragments);
        Segments = checked((int)segments.SegmentCount);
    }

    /// <summary>Bytes of the content.</summary>
    public long Size { get; }

    /// <summary>k and n.</summary>
    public CodingScheme Coding { get; }

    /// <summary>Encrypted blocks; at least one, so that empty content is authenticated too.</summary>
    public long Blocks { get; }

    /// <summary>Bytes of all encrypted blocks.</summary>
    public long CipherSize { get; }

    /// <summary>Number of segments.</summary>
    public int Segments { get; }

    /// <summary>Ciphertext bytes of every segment but the last.</summary>
    public int SegmentSize => segments.SegmentSize;

    /// <summary>k.</summary>
    public int DataFragments => Coding.DataFragments;

    /// <summary>n.</summary>
    public int Fragments => Coding.TotalFragments;

    /// <summary>Plaintext bytes of a block, padding included.</summary>
    public int BlockLength(long block) => ContentLayout.BlockLength(Size, block);

    /// <summary>Ciphertext bytes of a segment.</summary>
    public int SegmentLength(int segment) => segments.SegmentLength(segment);

    /// <summary>Bytes of each of a segment's fragments.</summary>
    public int FragmentSize(int segment) => segments.FragmentLength(segment);

    /// <summary>Leaves of each of a segment's fragments.</summary>
    public uint FragmentLeaves(int segment) => (uint)(FragmentSize(segment) / SegmentLayout.LeafSize);

    /// <summary>The largest fragment's bytes.</summary>
    public int MaxFragmentSize => FragmentSize(0);

    /// <summary>Leaves that the object takes at each of its n providers.</summary>
    public ulong LeavesPerProvider => (ulong)(Segments - 1) * FragmentLeaves(0) + FragmentLeaves(Segments - 1);
}
