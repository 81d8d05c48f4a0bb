using System.Collections.Immutable;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree.Hashing;

namespace Marketplace.Core.SumTree;

/// <summary>
/// All nodes of one fragment's tree: 64 bytes of memory a leaf. For a root alone, <see cref="ComputeRoot"/> or <see cref="FragmentHasher"/>
/// keep nothing. Immutable.
/// </summary>
public sealed class FragmentTree
{
    /// <summary>Bytes of a leaf; a fragment's last one is padded with zeros.</summary>
    public const int LeafSize = 1024;

    /// <summary>Kept so that computing a root allocates nothing.</summary>
    [ThreadStatic]
    static FragmentHasher? reusedHasher;

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
        HashLeaves(fragment, leaves);
        return new FragmentTree(leaves);
    }

    /// <summary>The tree over leaves that were hashed before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static FragmentTree FromLeafHashes(ReadOnlySpan<Digest> leaves) => new(leaves.ToArray());

    /// <summary>The root of a fragment that lies in memory.</summary>
    /// <exception cref="ArgumentException">The fragment is empty.</exception>
    public static SumNode ComputeRoot(ReadOnlySpan<byte> fragment) => ComputeNode(fragment, level: null);

    /// <summary>The node so many levels above the leaves of a part of a fragment, filled up with EMPTY on the right.</summary>
    /// <param name="part">At least one byte; the last leaf is padded with zeros.</param>
    /// <param name="level">At least the depth of a tree over the part.</param>
    /// <exception cref="ArgumentException">The part is empty, or does not lie under one such node.</exception>
    public static SumNode ComputeNode(ReadOnlySpan<byte> part, int level) => ComputeNode(part, (int?)level);

    static SumNode ComputeNode(ReadOnlySpan<byte> part, int? level)
    {
        if (part.IsEmpty)
            throw new ArgumentException("A fragment has at least one byte.", nameof(part));
        // Taken away meanwhile: a hasher that a fault left half full must not be used again.
        var hasher = reusedHasher ?? new FragmentHasher();
        reusedHasher = null;
        hasher.Append(part);
        var node = level is { } given ? hasher.Finish(given) : hasher.Finish();
        reusedHasher = hasher;
        return node;
    }

    /// <summary>Hashes a level's nodes to those of the level above, which may be higher than the root: then EMPTY is its sibling.</summary>
    /// <param name="shape">The fragment's.</param>
    /// <param name="below">The level of the children; 0 for leaves.</param>
    /// <param name="children">All that are not EMPTY.</param>
    /// <param name="parents">All that are not EMPTY; overwritten. May start where the children start.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static void HashLevel(FragmentShape shape, int below, ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(below);
        if ((ulong)children.Length != shape.NodesAt(below) || (ulong)parents.Length != shape.NodesAt(below + 1))
        {
            throw new ArgumentException(
                $"{children.Length} and {parents.Length} nodes are not levels {below} and {below + 1}.", nameof(parents));
        }
        // All children weigh the same, except that the last one may weigh less and have no sibling.
        var pairs = (int)(shape.Leaves >> (below + 1));
        var odd = pairs < parents.Length ? SumNode.Combine(ChildAt(2 * pairs, children), ChildAt(2 * pairs + 1, children)) : SumNode.Empty;
        TreeHashing.Best.HashNodes(children[..(2 * pairs)], 1UL << below, parents[..pairs]);
        if (pairs < parents.Length)
            parents[pairs] = odd.Hash;

        SumNode ChildAt(int index, ReadOnlySpan<Digest> nodes) =>
            index < nodes.Length ? new(nodes[index], shape.WeightAt(below, (ulong)index)) : SumNode.Empty;
    }

    /// <summary>The hashes of leaves, the last padded with zeros.</summary>
    /// <param name="bytes">Any number.</param>
    /// <param name="hashes">As many as there are leaves; overwritten.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static void HashLeaves(ReadOnlySpan<byte> bytes, Span<Digest> hashes)
    {
        if ((ulong)hashes.Length != FragmentShape.LeavesFor((ulong)bytes.Length))
            throw new ArgumentException($"{bytes.Length} bytes are not {hashes.Length} leaves.", nameof(hashes));
        var whole = bytes.Length / LeafSize;
        TreeHashing.Best.HashLeaves(bytes[..(whole * LeafSize)], hashes[..whole]);
        if (whole == hashes.Length)
            return;
        Span<byte> padded = stackalloc byte[LeafSize];
        padded.Clear();
        bytes[(whole * LeafSize)..].CopyTo(padded);
        hashes[whole] = Digest.Of(padded);
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
        HashLevel(Shape, below, levels[below], nodes);
        return nodes;
    }
}
