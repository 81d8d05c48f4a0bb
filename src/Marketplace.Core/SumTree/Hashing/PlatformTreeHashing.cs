using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree.Hashing;

/// <summary>One hash after the other by the platform: the truth that the other ways have to equal.</summary>
internal sealed class PlatformTreeHashing() : TreeHashing("platform")
{
    public override void HashLeaves(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
    {
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = SumNode.Leaf(leaves.Slice(i * FragmentTree.LeafSize, FragmentTree.LeafSize)).Hash;
    }

    public override void HashNodes(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
    {
        for (var i = 0; i < parents.Length; i++)
            parents[i] = SumNode.Combine(new(children[2 * i], weight), new(children[2 * i + 1], weight)).Hash;
    }
}
