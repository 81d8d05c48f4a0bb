using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree.Hashing;

namespace Marketplace.Core.SumTree;

/// <summary>
/// Computes a fragment's root while its bytes arrive in pieces of any length. Leaves and nodes are hashed many at a time, so up to 32
/// leaves and 64 nodes a level wait for others: 32 KiB, and 2 KiB a level. Allocates nothing once it has hashed a fragment of that size.
/// Not thread-safe.
/// </summary>
public sealed class FragmentHasher
{
    /// <summary>As many as are hashed at once by two groups of the widest vectors.</summary>
    const int Batch = 32, BatchBytes = Batch * FragmentTree.LeafSize;

    readonly TreeHashing hashing;
    readonly byte[] waiting = new byte[BatchBytes];
    readonly List<Level> levels = [];
    int waitingLength;
    ulong leaves;

    /// <summary>An empty fragment's.</summary>
    public FragmentHasher()
        : this(TreeHashing.Best)
    {
    }

    internal FragmentHasher(TreeHashing hashing) => this.hashing = hashing;

    /// <summary>Bytes appended so far.</summary>
    public ulong Length => leaves * FragmentTree.LeafSize + (ulong)waitingLength;

    /// <summary>Appends the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (waitingLength > 0)
        {
            var taken = Math.Min(bytes.Length, BatchBytes - waitingLength);
            bytes[..taken].CopyTo(waiting.AsSpan(waitingLength));
            waitingLength += taken;
            bytes = bytes[taken..];
            if (waitingLength < BatchBytes)
                return;
            HashLeaves(waiting);
            waitingLength = 0;
        }
        for (; bytes.Length >= BatchBytes; bytes = bytes[BatchBytes..])
            HashLeaves(bytes[..BatchBytes]);
        bytes.CopyTo(waiting);
        waitingLength = bytes.Length;
    }

    /// <summary>The root over everything appended, the last leaf padded with zeros; then starts anew.</summary>
    /// <exception cref="InvalidOperationException">Nothing was appended: there is no empty fragment.</exception>
    public SumNode Finish() => FinishAt(null);

    /// <summary>
    /// As <see cref="Finish()"/>, for a part of a fragment: the node so many levels above the leaves, filled up with EMPTY on the right.
    /// </summary>
    /// <param name="level">At least the depth of a tree over what was appended.</param>
    /// <exception cref="ArgumentOutOfRangeException">More was appended than lies under such a node.</exception>
    public SumNode Finish(int level) => FinishAt(level);

    SumNode FinishAt(int? level)
    {
        if (Length == 0)
            throw new InvalidOperationException("A fragment has at least one byte.");
        var depth = new FragmentShape(FragmentShape.LeavesFor(Length)).Depth;
        if (level < depth)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"{Length} bytes need {depth} levels.");
        HashWaiting();
        var root = Climb(level ?? depth);
        leaves = 0;
        return root;
    }

    void HashWaiting()
    {
        var whole = (waitingLength + FragmentTree.LeafSize - 1) / FragmentTree.LeafSize * FragmentTree.LeafSize;
        waiting.AsSpan(waitingLength..whole).Clear();
        HashLeaves(waiting.AsSpan(0, whole));
        waitingLength = 0;
    }

    void HashLeaves(ReadOnlySpan<byte> bytes)
    {
        var count = bytes.Length / FragmentTree.LeafSize;
        hashing.HashLeaves(bytes, LevelAt(0).Take(count));
        leaves += (ulong)count;
        for (var level = 0; levels[level].IsFull; level++)
            HashPairs(level);
    }

    void HashPairs(int level)
    {
        var from = levels[level];
        var pairs = from.Nodes.Length / 2;
        hashing.HashNodes(from.Nodes[..(2 * pairs)], 1UL << level, LevelAt(level + 1).Take(pairs));
        from.Clear();
    }

    /// <summary>
    /// Hashes what still waits, level by level. The last node of a level may have no sibling, or fewer leaves than the others.
    /// </summary>
    SumNode Climb(int depth)
    {
        var last = SumNode.Empty;
        for (var level = 0; level < depth; level++)
        {
            var nodes = LevelAt(level).Nodes;
            if (nodes.Length % 2 == 1)
                last = SumNode.Combine(new(nodes[^1], 1UL << level), last);
            else
                last = SumNode.Combine(last, SumNode.Empty);
            HashPairs(level);
        }
        var top = LevelAt(depth);
        var root = top.Nodes.IsEmpty ? last : new SumNode(top.Nodes[0], 1UL << depth);
        top.Clear();
        return root;
    }

    Level LevelAt(int level)
    {
        while (levels.Count <= level)
            levels.Add(new Level());
        return levels[level];
    }

    /// <summary>Nodes of one level, all of full weight, that wait to be hashed in pairs.</summary>
    sealed class Level
    {
        readonly Digest[] nodes = new Digest[2 * Batch];
        int count;

        public ReadOnlySpan<Digest> Nodes => nodes.AsSpan(0, count);

        public bool IsFull => count == nodes.Length;

        /// <summary>Room for the next ones, to be written at once.</summary>
        public Span<Digest> Take(int more)
        {
            count += more;
            return nodes.AsSpan(count - more, more);
        }

        public void Clear() => count = 0;
    }
}
