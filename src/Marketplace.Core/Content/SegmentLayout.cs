namespace Marketplace.Core.Content;

/// <summary>
/// How a ciphertext is cut: into segments, each into k contiguous data fragments of whole 1-KiB leaves, the last filled up with zeros.
/// </summary>
public sealed class SegmentLayout
{
    /// <summary>Ciphertext bytes of a segment, if nothing else is said.</summary>
    public const int DefaultSegmentSize = 16 << 20;

    /// <summary>Bytes of a leaf.</summary>
    public const int LeafSize = 1024;

    /// <summary>The longest segment: 64 MiB for each data fragment would fit, and memory bounds it to a gigabyte.</summary>
    public const int MaxSegmentSize = 1 << 30;

    /// <param name="ciphertextLength">At least one byte.</param>
    /// <param name="segmentSize">A positive multiple of 1,024, at most <see cref="MaxSegmentSize"/>.</param>
    /// <param name="dataFragments">k, 1 to 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its bounds.</exception>
    public SegmentLayout(long ciphertextLength, int segmentSize, int dataFragments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ciphertextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentSize, LeafSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentSize, MaxSegmentSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(segmentSize % LeafSize, 0, nameof(segmentSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(dataFragments, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataFragments, 256);
        CiphertextLength = ciphertextLength;
        SegmentSize = segmentSize;
        DataFragments = dataFragments;
    }

    /// <summary>Bytes in all.</summary>
    public long CiphertextLength { get; }

    /// <summary>Bytes of every segment but the last.</summary>
    public int SegmentSize { get; }

    /// <summary>k.</summary>
    public int DataFragments { get; }

    /// <summary>The number of segments.</summary>
    public long SegmentCount => (CiphertextLength + SegmentSize - 1) / SegmentSize;

    /// <summary>Ciphertext bytes of a segment.</summary>
    public int SegmentLength(long segment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(segment);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(segment, SegmentCount);
        return (int)Math.Min(SegmentSize, CiphertextLength - segment * SegmentSize);
    }

    /// <summary>Bytes of each of a segment's fragments: a multiple of <see cref="LeafSize"/>.</summary>
    public int FragmentLength(long segment)
    {
        var part = (SegmentLength(segment) + DataFragments - 1) / DataFragments;
        return (part + LeafSize - 1) / LeafSize * LeafSize;
    }

    /// <summary>Cuts a run of ciphertext bytes into the runs of leaves that hold it, in order.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">At least one; the run lies within the ciphertext.</param>
    public IEnumerable<FragmentRange> RangesOf(long offset, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CiphertextLength - offset);
        return Cut(offset, offset + count);
    }

    IEnumerable<FragmentRange> Cut(long from, long end)
    {
        while (from < end)
        {
            var segment = from / SegmentSize;
            var fragmentLength = FragmentLength(segment);
            var inSegment = (int)(from - segment * SegmentSize);
            var fragment = inSegment / fragmentLength;
            var start = inSegment - fragment * fragmentLength;
            var length = (int)Math.Min(Math.Min(fragmentLength - start, SegmentLength(segment) - inSegment), end - from);
            var firstLeaf = start / LeafSize;
            yield return new FragmentRange(
                segment, fragment, firstLeaf, (start + length + LeafSize - 1) / LeafSize - firstLeaf, start - firstLeaf * LeafSize, length);
            from += length;
        }
    }
}

/// <summary>Leaves of one data fragment, and the part of their bytes that was asked for.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Fragment">0 to k-1.</param>
/// <param name="FirstLeaf">The first leaf.</param>
/// <param name="LeafCount">How many.</param>
/// <param name="Skip">Bytes of the first leaf before what was asked for.</param>
/// <param name="Length">Bytes asked for.</param>
public readonly record struct FragmentRange(long Segment, int Fragment, int FirstLeaf, int LeafCount, int Skip, int Length);
