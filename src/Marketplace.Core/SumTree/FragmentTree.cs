using System.Collections.Immutable;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>
/// All nodes of one fragment's tree: 64 bytes of memory a leaf. For a root alone, <see cref="ComputeRoot"/> or <see cref="FragmentHasher"/>
/// keep nothing. Immutable.
/// </summary>
public sealed class FragmentTree
{
    /// <summary>Bytes of a leaf; a fragment's last one is padded with zeros.</summary>
    public const int LeafSize = 1024;

    readonly Digest[][] levels;

    FragmentTree(Digest[] leaves)
    {
        Shape = new FragmentShape((ulong)leaves.Length);
        levels = new Digest[Shape.Depth + 1][];
        levels[0] = leaves;
        for (var level = 1; level < levels.Length; level++)
            levels[level] = LevelAbove(level - 1);
    }

    /// <summary>The number of leaves, and what follows from it.</summary>
    public FragmentShape Shape { get; }

    /// <summary>The fragment's root.</summary>
    public SumNode Root => NodeAt(Shape.Depth, 0);

    /// <param name="fragment">At least one byte.</param>
    /// <exception cref="ArgumentException">The fragment is empty.</exception>
    public static FragmentTree Build(ReadOnlySpan<byte> fragment)
    {
        if (fragment.IsEmpty)
            throw new ArgumentException("A fragment has at least one byte.", nameof(fragment));
        var leaves = new Digest[FragmentShape.LeavesFor((ulong)fragment.Length)];
        Span<byte> padded = stackalloc byte[LeafSize];
        for (var i = 0; i < leaves.Length; i++)
        {
            var leaf = fragment[(i * LeafSize)..];
            if (leaf.Length >= LeafSize)
            {
                leaves[i] = Digest.Of(leaf[..LeafSize]);
                continue;
            }
            padded.Clear();
            leaf.CopyTo(padded);
            leaves[i] = Digest.Of(padded);
        }
        return new FragmentTree(leaves);
    }

    /// <summary>The tree over leaves that were hashed before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static FragmentTree FromLeafHashes(ReadOnlySpan<Digest> leaves) => new(leaves.ToArray());

    /// <summary>The root of a fragment that lies in memory.</summary>
    /// <exception cref="ArgumentException">The fragment is empty.</exception>
    public static SumNode ComputeRoot(ReadOnlySpan<byte> fragment)
    {
        if (fragment.IsEmpty)
            throw new ArgumentException("A fragment has at least one byte.", nameof(fragment));
        var hasher = new FragmentHasher();
        hasher.Append(fragment);
        return hasher.Finish();
    }

    /// <summary>A node; EMPTY to the right of the last leaf.</summary>
    /// <param name="level">0 for the leaves, <see cref="FragmentShape.Depth"/> for the root.</param>
    /// <param name="index">From the left.</param>
    public SumNode NodeAt(int level, ulong index)
    {
        var weight = Shape.WeightAt(level, index);
        return weight == 0 ? SumNode.Empty : new SumNode(levels[level][index], weight);
    }

    /// <summary>The path from a leaf to the fragment's root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public SumPath PathOf(ulong leaf)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, Shape.Leaves);
        var siblings = ImmutableArray.CreateBuilder<SumNode>(Shape.Depth);
        for (var level = 0; level < Shape.Depth; level++)
            siblings.Add(NodeAt(level, leaf >> level ^ 1));
        return new SumPath(leaf, siblings.MoveToImmutable());
    }

    /// <summary>The hashes that show leaves [first, first + count) to be this fragment's (protocol, section 4.2).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or leaves the fragment.</exception>
    public Digest[] RangeHashes(ulong first, ulong count) => RangeProof.Hashes(Shape, first, count, (level, index) => levels[level][index]);

    Digest[] LevelAbove(int below)
    {
        var nodes = new Digest[Shape.NodesAt(below + 1)];
        for (var i = 0UL; i < (ulong)nodes.Length; i++)
            nodes[i] = SumNode.Combine(NodeAt(below, 2 * i), NodeAt(below, 2 * i + 1)).Hash;
        return nodes;
    }
}
