using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Content;

namespace Marketplace.Core.Tests.Content;

public sealed class SegmentLayoutTests
{
    [Theory]
    [InlineData(1, 1, 1024)]
    [InlineData(4 * 1024, 1, 1024)]
    [InlineData(4 * 1024 + 1, 1, 2048)]
    [InlineData(16 << 20, 1, 4 << 20)]
    [InlineData((16 << 20) + 1, 2, 4 << 20)]
    public void Fragments_AreWholeLeaves(long ciphertext, long segments, int firstFragment)
    {
        var layout = new SegmentLayout(ciphertext, SegmentLayout.DefaultSegmentSize, 4);
        Assert.Equal(segments, layout.SegmentCount);
        Assert.Equal(firstFragment, layout.FragmentLength(0));
    }

    [Fact]
    public void Ranges_HoldExactlyTheBytesAskedFor_WhereTheyLie() => Prop.ForAll(
        (from length in Gen.Choose(1, 200_000)
         from segment in Gen.Choose(1, 40)
         from k in Gen.Choose(1, 12)
         from offset in Gen.Choose(0, length - 1)
         from count in Gen.Choose(1, length - offset)
         select (length, segment: segment * 1024, k, offset, count)).ToArbitrary(),
        run =>
        {
            var layout = new SegmentLayout(run.length, run.segment, run.k);
            var position = (long)run.offset;
            foreach (var range in layout.RangesOf(run.offset, run.count))
            {
                // Where the fragment's bytes lie in the ciphertext follows from the rule "contiguous parts", not from the code under test.
                var at = range.Segment * run.segment + (long)range.Fragment * layout.FragmentLength(range.Segment) + range.FirstLeaf * 1024 + range.Skip;
                if (at != position || range.Skip >= 1024 || range.Skip + range.Length > range.LeafCount * 1024 || range.Fragment >= run.k)
                    return false;
                position += range.Length;
            }
            return position == run.offset + run.count;
        }).QuickCheckThrowOnFailure();
}
