using Marketplace.Core.Content;

namespace Marketplace.Client.Content;

/// <summary>
/// A stretch of a segment's ciphertext that is read in one go: the same leaves of one or more data fragments.
/// </summary>
/// <param name="Segment">The segment.</param>
/// <param name="FirstFragment">The first data fragment.</param>
/// <param name="FragmentCount">How many data fragments, one after the other; more than one only when whole fragments are read.</param>
/// <param name="FirstLeaf">The first leaf in each.</param>
/// <param name="Leaves">Leaves in each.</param>
/// <param name="Skip">Bytes before the wanted ones in the first fragment's leaves.</param>
/// <param name="Length">Wanted bytes.</param>
public readonly record struct SegmentPiece(
    int Segment, int FirstFragment, int FragmentCount, uint FirstLeaf, uint Leaves, int Skip, int Length)
{
    /// <summary>Bytes read from each fragment.</summary>
    public int FragmentBytes => (int)Leaves * SegmentLayout.LeafSize;

    /// <summary>Cuts a range of the ciphertext into pieces, in order: whole fragments of a segment together, parts of a fragment
    /// alone.</summary>
    /// <param name="layout">The object.</param>
    /// <param name="from">First byte of the ciphertext.</param>
    /// <param name="to">The byte after the last.</param>
    public static IEnumerable<SegmentPiece> Cover(ObjectLayout layout, long from, long to)
    {
        while (from < to)
        {
            var segment = (int)(from / layout.SegmentSize);
            var start = (int)(from - (long)segment * layout.SegmentSize);
            var end = (int)Math.Min(layout.SegmentLength(segment), to - (long)segment * layout.SegmentSize);
            foreach (var piece in CoverSegment(segment, start, end, layout.FragmentSize(segment), layout.SegmentLength(segment)))
                yield return piece;
            from += end - start;
        }
    }

    static IEnumerable<SegmentPiece> CoverSegment(int segment, int start, int end, int fragmentSize, int segmentLength)
    {
        while (start < end)
        {
            var fragment = start / fragmentSize;
            var offset = start - fragment * fragmentSize;
            // Up to the segment's end counts as whole: what follows in the fragment is only zeros.
            var whole = offset == 0 ? (end == segmentLength ? (end + fragmentSize - 1) / fragmentSize : end / fragmentSize) - fragment : 0;
            var length = whole > 0 ? Math.Min(end - start, whole * fragmentSize) : Math.Min(end - start, fragmentSize - offset);
            if (whole > 0)
            {
                yield return new SegmentPiece(segment, fragment, whole, 0, (uint)(fragmentSize / SegmentLayout.LeafSize), 0, length);
            }
            else
            {
                var first = offset / SegmentLayout.LeafSize;
                var last = (offset + length - 1) / SegmentLayout.LeafSize;
                yield return new SegmentPiece(
                    segment, fragment, 1, (uint)first, (uint)(last - first + 1), offset - first * SegmentLayout.LeafSize, length);
            }
            start += length;
        }
    }
}
