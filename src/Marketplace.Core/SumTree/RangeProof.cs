using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>
/// Shows a run of leaves to be part of a fragment whose root and number of leaves are known (protocol, section 4.2). The tree is walked
/// from the root, left before right: a node wholly outside the run gives its hash, unless it is EMPTY; one wholly inside gives nothing; any
/// other is descended into. A whole fragment needs no hash.
/// </summary>
public static class RangeProof
{
    /// <summary>The proof's hashes, in the order of the walk.</summary>
    /// <param name="shape">The fragment's.</param>
    /// <param name="first">The first leaf of the run.</param>
    /// <param name="count">Leaves in the run, at least one.</param>
    /// <param name="hashAt">The hash of the node of a level (0 for the leaves) and index; asked only for nodes that are not EMPTY.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run is empty or leaves the fragment.</exception>
    public static Digest[] Hashes(FragmentShape shape, ulong first, ulong count, Func<int, ulong, Digest> hashAt)
    {
        ArgumentNullException.ThrowIfNull(hashAt);
        if (!IsInside(shape, first, count))
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} leaves from {first} on leave a fragment of {shape.Leaves}.");
        var hashes = new List<Digest>();
        Collect(shape.Depth, 0);
        return [.. hashes];

        void Collect(int level, ulong index)
        {
            var weight = shape.WeightAt(level, index);
            var from = index << level;
            if (weight == 0 || (from >= first && from + weight <= first + count))
                return;
            if (from + weight <= first || from >= first + count)
            {
                hashes.Add(hashAt(level, index));
                return;
            }
            Collect(level - 1, 2 * index);
            Collect(level - 1, 2 * index + 1);
        }
    }

    /// <summary>
    /// Whether whole leaves are those of a fragment. Every input may be hostile except the root and the number of leaves.
    /// </summary>
    /// <param name="root">The fragment's root.</param>
    /// <param name="leafCount">The fragment's leaves.</param>
    /// <param name="first">The first leaf of the run.</param>
    /// <param name="bytes">The run: a positive multiple of 1,024 bytes.</param>
    /// <param name="hashes">The proof; one hash too many or too few is refused.</param>
    public static bool Verify(Digest root, ulong leafCount, ulong first, ReadOnlySpan<byte> bytes, ReadOnlySpan<Digest> hashes)
    {
        if (leafCount is 0 or > FragmentShape.MaxLeaves || bytes.Length % LeafSize != 0)
            return false;
        var shape = new FragmentShape(leafCount);
        var count = (ulong)bytes.Length / LeafSize;
        if (!IsInside(shape, first, count))
            return false;
        var walk = new Walk(shape, first, first + count, bytes, hashes);
        var node = walk.NodeAt(shape.Depth, 0);
        return walk.UsedEveryHash && node == new SumNode(root, leafCount);
    }

    static bool IsInside(FragmentShape shape, ulong first, ulong count) =>
        count > 0 && count <= shape.Leaves && first <= shape.Leaves - count;

    const int LeafSize = FragmentTree.LeafSize;

    ref struct Walk(FragmentShape shape, ulong first, ulong end, ReadOnlySpan<byte> bytes, ReadOnlySpan<Digest> hashes)
    {
        readonly ReadOnlySpan<byte> bytes = bytes;
        ReadOnlySpan<Digest> rest = hashes;
        bool isShort;

        public readonly bool UsedEveryHash => rest.IsEmpty && !isShort;

        public SumNode NodeAt(int level, ulong index)
        {
            var weight = shape.WeightAt(level, index);
            var from = index << level;
            if (weight == 0)
                return SumNode.Empty;
            if (from + weight <= first || from >= end)
                return new SumNode(NextHash(), weight);
            // A whole subtree of the run is hashed many leaves at a time.
            if (from >= first && from + weight <= end && weight == 1UL << level)
                return FragmentTree.ComputeNode(bytes.Slice((int)(from - first) * LeafSize, (int)weight * LeafSize), level);
            var left = NodeAt(level - 1, 2 * index);
            return SumNode.Combine(left, NodeAt(level - 1, 2 * index + 1));
        }

        Digest NextHash()
        {
            if (rest.IsEmpty)
            {
                isShort = true;
                return Digest.Zero;
            }
            var hash = rest[0];
            rest = rest[1..];
            return hash;
        }
    }
}
