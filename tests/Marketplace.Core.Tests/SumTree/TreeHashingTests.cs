using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Core.SumTree.Hashing;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.SumTree;

/// <summary>Every width of vectors that this processor has against hashes taken one by one.</summary>
public sealed class TreeHashingTests
{
    public static TheoryData<string> Ways => [.. TreeHashing.Supported.Select(way => way.Name)];

    static TreeHashing Way(string name) => TreeHashing.Supported.Single(way => way.Name == name);

    static Digest[] Digests(int count, ulong seed)
    {
        var bytes = new SplitMix(seed).Bytes(count * 32);
        return [.. Enumerable.Range(0, count).Select(i => new Digest(bytes.AsSpan(i * 32, 32)))];
    }

    static Digest[] ExpectedParents(Digest[] children, ulong weight) =>
        [.. children.Chunk(2).Select(pair => SumNode.Combine(new(pair[0], weight), new(pair[1], weight)).Hash)];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Leaves_InAnyNumber_AreHashedAsOneByOne(string name)
    {
        var bytes = new SplitMix(1).Bytes(70 * 1024 + 7);
        for (var offset = 0; offset < 7; offset += 3)
        {
            for (var count = 0; count <= 70; count++)
            {
                var leaves = bytes.AsSpan(offset, count * 1024);
                var hashes = Digests(count + 1, 2);
                var beyond = hashes[count];

                Way(name).HashLeaves(leaves, hashes.AsSpan(0, count));

                for (var i = 0; i < count; i++)
                    Assert.Equal(new Digest(SHA256.HashData(leaves.Slice(i * 1024, 1024))), hashes[i]);
                Assert.Equal(beyond, hashes[count]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nodes_InAnyNumberAndOfAnyWeight_AreHashedAsOneByOne(string name)
    {
        foreach (var weight in new ulong[] { 1, 64, 1UL << 31, 1UL << 32, (1UL << 40) + 5, 1UL << 62 })
        {
            for (var count = 0; count <= 50; count++)
            {
                var children = Digests(2 * count, (ulong)count);
                var expected = ExpectedParents(children, weight);
                var parents = new Digest[count + 1];

                Way(name).HashNodes(children, weight, parents.AsSpan(0, count));

                Assert.Equal(expected, parents[..count]);
                Assert.Equal(Digest.Zero, parents[count]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nodes_WhereTheirChildrenAre_AreHashedTheSame(string name)
    {
        for (var count = 1; count <= 70; count++)
        {
            var nodes = Digests(2 * count, 9);
            var expected = ExpectedParents(nodes, 3);
            Way(name).HashNodes(nodes, 3, nodes.AsSpan(0, count));
            Assert.Equal(expected, nodes[..count]);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Roots_OfEveryNumberOfLeaves_EqualTheDefinition(string name)
    {
        var bytes = new SplitMix(4).Bytes(140 * 1024);
        var hasher = new FragmentHasher(Way(name));
        for (var leaves = 1; leaves <= 140; leaves++)
        {
            foreach (var missing in new[] { 0, 1, 1023 })
            {
                var fragment = bytes.AsSpan(0, leaves * 1024 - missing);
                hasher.Append(fragment);
                Assert.Equal(PlainTree.FragmentRoot(fragment.ToArray()), hasher.Finish());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Append_InPiecesOfManyLeaves_GivesTheSameRoot(string name) => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(),
        Gen.Choose(0, 70_000).NonEmptyListOf().ToArbitrary(),
        (seed, pieces) =>
        {
            pieces = [.. pieces.Take(8)];
            var bytes = new SplitMix(seed).Bytes(pieces.Sum() + 1);
            var hasher = new FragmentHasher(Way(name));
            var rest = bytes.AsSpan();
            foreach (var piece in pieces)
            {
                hasher.Append(rest[..piece]);
                rest = rest[piece..];
            }
            hasher.Append(rest);
            return hasher.Length == (ulong)bytes.Length && hasher.Finish() == PlainTree.FragmentRoot(bytes) && hasher.Length == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Node_AboveAPart_IsFilledUpWithEmpty()
    {
        for (var leaves = 1; leaves <= 17; leaves++)
        {
            var bytes = new SplitMix(6).Bytes(leaves * 1024);
            var expected = PlainTree.FragmentRoot(bytes);
            for (var level = new FragmentShape((ulong)leaves).Depth; level < 8; level++)
            {
                Assert.Equal(expected, FragmentTree.ComputeNode(bytes, level));
                expected = SumNode.Combine(expected, SumNode.Empty);
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => FragmentTree.ComputeNode(new byte[5 * 1024], 2));
        Assert.Equal(PlainTree.FragmentRoot(new byte[5 * 1024]), FragmentTree.ComputeNode(new byte[5 * 1024], 3));
    }

    [Fact]
    public void Levels_OneByOne_LeadToTheRoot()
    {
        for (var leaves = 1; leaves <= 70; leaves++)
        {
            var bytes = new SplitMix(8).Bytes(leaves * 1024 - 100);
            var shape = new FragmentShape((ulong)leaves);
            var nodes = new Digest[leaves];
            FragmentTree.HashLeaves(bytes, nodes);
            for (var level = 0; level < shape.Depth; level++)
            {
                var children = nodes.AsSpan(0, (int)shape.NodesAt(level));
                FragmentTree.HashLevel(shape, level, children, nodes.AsSpan(0, (int)shape.NodesAt(level + 1)));
            }
            Assert.Equal(PlainTree.FragmentRoot(bytes).Hash, nodes[0]);
        }
    }

    [Fact]
    public void WrongNumbersOfHashes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => FragmentTree.HashLeaves(new byte[1025], new Digest[1]));
        Assert.Throws<ArgumentException>(() => FragmentTree.HashLeaves(new byte[1024], new Digest[2]));
        Assert.Throws<ArgumentException>(() => FragmentTree.HashLevel(new FragmentShape(5), 0, new Digest[4], new Digest[3]));
        Assert.Throws<ArgumentException>(() => FragmentTree.HashLevel(new FragmentShape(5), 0, new Digest[5], new Digest[2]));
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        var bytes = new byte[100 * 1024];
        var root = FragmentTree.ComputeRoot(bytes);
        var hasher = new FragmentHasher();
        hasher.Append(bytes);
        Assert.Equal(root, hasher.Finish());
        Assert.Equal(0, Allocation.OfSteadyState(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                FragmentTree.ComputeRoot(bytes);
                hasher.Append(bytes.AsSpan(i));
                hasher.Finish();
            }
        }));
    }
}
