using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// A complete binary sum tree over numbered slots, most of which may be empty: memory and work go by the occupied ones, whatever their
/// numbers. Its depth is that of the smallest power of two above the highest occupied slot. Changes are hashed when next asked about.
/// </summary>
internal sealed class SlotTree(Func<SumNode, SumNode, SumNode>? combine = null)
{
    /// <summary>Levels at most.</summary>
    public const int MaximumDepth = 32;

    /// <summary>Slots at most.</summary>
    public const ulong Capacity = 1UL << MaximumDepth;

    readonly Func<SumNode, SumNode, SumNode> combine = combine ?? SumNode.Inner;
    readonly Dictionary<ulong, SumNode>[] levels =
        Enumerable.Range(0, MaximumDepth + 1).Select(_ => new Dictionary<ulong, SumNode>()).ToArray();
    readonly HashSet<ulong> changed = [];

    /// <summary>Occupied slots.</summary>
    public int Occupied => levels[0].Count;

    /// <summary>Levels above the slots.</summary>
    public int Depth
    {
        get
        {
            Refresh();
            return DepthFor(Highest());
        }
    }

    /// <summary>The node over everything; EMPTY if nothing is occupied.</summary>
    public SumNode Top
    {
        get
        {
            Refresh();
            return At(DepthFor(Highest()), 0);
        }
    }

    /// <summary>The root's hash and weight.</summary>
    public (Hash256 Hash, ulong Weight) Root => (Top.Hash, Top.Weight);

    public void Set(ulong slot, Hash256 root, ulong weight) => Set(slot, new SumNode(root, weight, 0));

    public void Set(ulong slot, SumNode node)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Capacity);
        levels[0][slot] = node;
        changed.Add(slot);
    }

    public void Clear(ulong slot)
    {
        if (levels[0].Remove(slot))
            changed.Add(slot);
    }

    /// <summary>A slot's node, or EMPTY.</summary>
    public SumNode this[ulong slot] => At(0, slot);

    /// <summary>The siblings of a slot from the bottom upward.</summary>
    public SumNode[] PathOf(ulong slot)
    {
        var path = new SumNode[Depth];
        for (var level = 0; level < path.Length; level++)
            path[level] = At(level, (slot >> level) ^ 1);
        return path;
    }

    /// <summary>
    /// The slot in which the measure's running sum from the left first exceeds a target, and what is left of the target in it.
    /// </summary>
    public (ulong Slot, ulong Within) Locate(ulong target, Func<SumNode, ulong> measure)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, measure(Top));
        var index = 0UL;
        for (var level = Depth - 1; level >= 0; level--)
        {
            index *= 2;
            var left = measure(At(level, index));
            if (target < left)
                continue;
            target -= left;
            index++;
        }
        return (index, target);
    }

    SumNode At(int level, ulong index) => levels[level].GetValueOrDefault(index);

    void Refresh()
    {
        if (changed.Count == 0)
            return;
        var indexes = changed.Select(slot => slot >> 1).ToHashSet();
        changed.Clear();
        for (var level = 1; level <= MaximumDepth; level++)
        {
            foreach (var index in indexes)
            {
                var node = combine(At(level - 1, 2 * index), At(level - 1, 2 * index + 1));
                if (node.IsEmpty)
                    levels[level].Remove(index);
                else
                    levels[level][index] = node;
            }
            indexes = indexes.Select(index => index >> 1).ToHashSet();
        }
    }

    ulong Highest()
    {
        var index = 0UL;
        for (var level = MaximumDepth - 1; level >= 0; level--)
            index = 2 * index + (levels[level].ContainsKey(2 * index + 1) ? 1UL : 0);
        return index;
    }

    static int DepthFor(ulong highest) => 64 - System.Numerics.BitOperations.LeadingZeroCount(highest);
}
