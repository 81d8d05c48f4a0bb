using System.Numerics;

namespace Marketplace.Core.SumTree;

/// <summary>What follows from a fragment's number of leaves alone: the depth of its tree and the weight of every node.</summary>
public readonly record struct FragmentShape
{
    /// <summary>The most leaves of a fragment that anything here accepts (2^40 leaves are 2^50 bytes).</summary>
    public const ulong MaxLeaves = 1UL << 40;

    /// <param name="leaves">From 1 to <see cref="MaxLeaves"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no leaf, or there are too many.</exception>
    public FragmentShape(ulong leaves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(leaves);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves, MaxLeaves);
        Leaves = leaves;
    }

    /// <summary>Leaves that hold bytes; the tree is padded with EMPTY to a power of two.</summary>
    public ulong Leaves { get; }

    /// <summary>Levels above the leaves; 0 for a single leaf, whose node is the root.</summary>
    public int Depth => BitOperations.Log2(BitOperations.RoundUpToPowerOf2(Leaves));

    /// <summary>Nodes of a level that are not EMPTY; level 0 is the leaves'.</summary>
    public ulong NodesAt(int level) => ((Leaves - 1) >> level) + 1;

    /// <summary>Leaves under a node; 0 where it is EMPTY.</summary>
    public ulong WeightAt(int level, ulong index)
    {
        var first = index << level;
        return first >= Leaves ? 0 : Math.Min(Leaves - first, 1UL << level);
    }

    /// <summary>The leaves that a number of bytes needs.</summary>
    public static ulong LeavesFor(ulong bytes) => bytes / FragmentTree.LeafSize + (bytes % FragmentTree.LeafSize == 0 ? 0UL : 1);
}
