using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.SumTree;

public sealed class FragmentTreeTests
{
    [Fact]
    public void Roots_OfEveryImplementation_EqualTheDefinition()
    {
        foreach (var leaves in Enumerable.Range(1, 33).Append(63).Append(64).Append(65).Append(100))
        {
            foreach (var missing in new[] { 0, 1, 1023 })
            {
                var bytes = new SplitMix((ulong)leaves).Bytes(leaves * 1024 - missing);
                var expected = PlainTree.FragmentRoot(bytes);
                Assert.Equal(expected, FragmentTree.ComputeRoot(bytes));
                Assert.Equal(expected, FragmentTree.Build(bytes).Root);
                Assert.Equal((ulong)leaves, expected.Weight);
            }
        }
    }

    [Fact]
    public void Append_InAnyPieces_GivesTheSameRoot() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<ulong>(),
            Gen.Choose(0, 3000).NonEmptyListOf().ToArbitrary(),
            (seed, pieces) =>
            {
                var bytes = new SplitMix(seed).Bytes(pieces.Sum() + 1);
                var hasher = new FragmentHasher();
                var rest = bytes.AsSpan();
                foreach (var piece in pieces)
                {
                    hasher.Append(rest[..piece]);
                    rest = rest[piece..];
                }
                hasher.Append(rest);
                return hasher.Length == (ulong)bytes.Length && hasher.Finish() == PlainTree.FragmentRoot(bytes) && hasher.Length == 0;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fragment_WithoutBytes_IsAFault()
    {
        Assert.Throws<ArgumentException>(() => FragmentTree.ComputeRoot([]));
        Assert.Throws<ArgumentException>(() => FragmentTree.Build([]));
        Assert.Throws<InvalidOperationException>(() => new FragmentHasher().Finish());
    }

    [Fact]
    public void PathOf_EveryLeaf_ClimbsToTheRoot()
    {
        foreach (var leaves in Enumerable.Range(1, 20))
        {
            var bytes = new SplitMix(5).Bytes(leaves * 1024);
            var tree = FragmentTree.Build(bytes);
            for (var leaf = 0; leaf < leaves; leaf++)
            {
                Assert.True(tree.PathOf((ulong)leaf).TryClimb(SumNode.Leaf(bytes.AsSpan(leaf * 1024, 1024)), out var root, out var before));
                Assert.Equal((tree.Root, (ulong)leaf), (root, before));
            }
        }
    }

    [Fact]
    public void Verify_EveryRangeOfSmallFragments_IsAcceptedOnlyWhole()
    {
        foreach (var leaves in Enumerable.Range(1, 13))
        {
            var bytes = new SplitMix((ulong)leaves).Bytes(leaves * 1024);
            var tree = FragmentTree.Build(bytes);
            for (var first = 0; first < leaves; first++)
            {
                for (var count = 1; first + count <= leaves; count++)
                    VerifyRange(tree, bytes, first, count);
            }
        }
    }

    [Fact]
    public void Verify_OfLongRanges_IsAcceptedOnlyWhole()
    {
        foreach (var leaves in new[] { 64, 100, 129 })
        {
            var bytes = new SplitMix((ulong)leaves).Bytes(leaves * 1024);
            var tree = FragmentTree.Build(bytes);
            foreach (var (first, count) in new[] { (0, leaves), (0, 64), (1, 50), (16, 48), (31, 33), (leaves - 37, 37) })
                VerifyRange(tree, bytes, first, count);
        }
    }

    static void VerifyRange(FragmentTree tree, byte[] bytes, int first, int count)
    {
        var (root, leaves) = (tree.Root.Hash, tree.Root.Weight);
        var hashes = tree.RangeHashes((ulong)first, (ulong)count);
        var run = bytes.AsSpan(first * 1024, count * 1024).ToArray();
        Assert.True(RangeProof.Verify(root, leaves, (ulong)first, run, hashes));
        Assert.Equal(count == (int)leaves, hashes.Length == 0);
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first, run, [.. hashes, Digest.Zero]));
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first + 1, run, hashes));
        Assert.False(RangeProof.Verify(root, leaves + 1, (ulong)first, run, hashes));
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first, run.AsSpan(1), hashes));
        run[^1] ^= 1;
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first, run, hashes));
        run[^1] ^= 1;
        if (hashes.Length == 0)
            return;
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first, run, hashes.AsSpan(1)));
        hashes[^1] = Digest.Of("another"u8);
        Assert.False(RangeProof.Verify(root, leaves, (ulong)first, run, hashes));
    }

    [Fact]
    public void Verify_OfRangesOutsideTheFragment_IsRefused()
    {
        var bytes = new byte[2048];
        var root = FragmentTree.ComputeRoot(bytes).Hash;
        Assert.False(RangeProof.Verify(root, 2, 0, [], []));
        Assert.False(RangeProof.Verify(root, 0, 0, bytes, []));
        Assert.False(RangeProof.Verify(root, 2, ulong.MaxValue, bytes, []));
        Assert.False(RangeProof.Verify(root, ulong.MaxValue, 0, bytes, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => FragmentTree.Build(bytes).RangeHashes(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => FragmentTree.Build(bytes).RangeHashes(1, 0));
    }

    [Fact]
    public void RangeHashes_OfALargeFragment_AreAtMostTwoALevel()
    {
        var tree = FragmentTree.FromLeafHashes(Enumerable.Range(0, 5000).Select(i => Digest.Of(BitConverter.GetBytes(i))).ToArray());
        Assert.True(tree.RangeHashes(2047, 2).Length <= 2 * tree.Shape.Depth);
    }
}
