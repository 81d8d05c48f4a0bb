using Marketplace.Core.SumTree;

namespace Marketplace.Core.Tests.SumTree;

/// <summary>The definition of section 4 as it is written: a list padded with EMPTY to a power of two, paired level by level.</summary>
internal static class PlainTree
{
    public static TNode Root<TNode>(IReadOnlyList<TNode> leaves)
        where TNode : struct, ISumNode<TNode>
    {
        var size = 1;
        while (size < leaves.Count)
            size *= 2;
        var level = leaves.Concat(Enumerable.Repeat(default(TNode), size - leaves.Count)).ToList();
        while (level.Count > 1)
            level = [.. level.Chunk(2).Select(pair => TNode.Combine(pair[0], pair[1]))];
        return level[0];
    }

    public static SumNode FragmentRoot(byte[] fragment) =>
        Root([.. fragment.Chunk(1024).Select(leaf => SumNode.Leaf([.. leaf, .. new byte[1024 - leaf.Length]]))]);
}
