using System.Collections.Immutable;
using System.Numerics;

namespace Marketplace.Core.SumTree;

/// <summary>
/// A complete binary tree over slots numbered 0 to 2^32-1. Its capacity is the smallest power of two above the highest occupied slot, so
/// that the root is a function of the contents alone. A change costs one hash a level. Memory: about 90 bytes for each slot where slots lie
/// close together, up to 25 KiB where they lie far apart; whoever takes slot numbers from others bounds them.
/// </summary>
internal sealed class SlotTree<TNode>
    where TNode : struct, ISumNode<TNode>
{
    readonly List<SlotLevel<TNode>> levels = [new()];

    /// <summary>No slot below it is free.</summary>
    ulong firstMaybeFree;

    /// <summary>Occupied slots.</summary>
    public ulong Count { get; private set; }

    /// <summary>Levels above the slots.</summary>
    public int Depth { get; private set; }

    public TNode Root => levels[Depth][0];

    public TNode this[uint slot] => NodeAt(0, slot);

    public TNode NodeAt(int level, ulong index) => level < levels.Count ? levels[level][index] : default;

    public void Set(uint slot, TNode node) => Apply([new(slot, node)]);

    /// <summary>Sets and clears (EMPTY) many slots; each node above them is hashed once.</summary>
    public void Apply(IEnumerable<KeyValuePair<uint, TNode>> changes)
    {
        var touched = new List<ulong>();
        foreach (var (slot, node) in changes)
        {
            Store(slot, node);
            touched.Add(slot);
        }
        if (touched.Count == 0)
            return;
        touched.Sort();
        Grow(touched);
        for (var level = 1; level < levels.Count; level++)
            Rehash(level, touched);
        Depth = DepthFor(Highest());
        levels.RemoveRange(Depth + 1, levels.Count - Depth - 1);
    }

    public ImmutableArray<TNode> SiblingsOf(uint slot)
    {
        var siblings = ImmutableArray.CreateBuilder<TNode>(Depth);
        for (var level = 0; level < Depth; level++)
            siblings.Add(NodeAt(level, (ulong)slot >> level ^ 1));
        return siblings.MoveToImmutable();
    }

    /// <summary>
    /// The slot in which the measure's running sum from the left first exceeds the target, and what is left of the target in it.
    /// </summary>
    public (uint Slot, ulong Within) Locate(ulong target, Func<TNode, ulong> measure)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, measure(Root));
        var index = 0UL;
        for (var level = Depth - 1; level >= 0; level--)
        {
            index *= 2;
            var left = measure(NodeAt(level, index));
            if (target < left)
                continue;
            target -= left;
            index++;
        }
        return ((uint)index, target);
    }

    public IEnumerable<uint> LowestFree()
    {
        for (var slot = levels[0].NextFree(firstMaybeFree); slot <= uint.MaxValue; slot = levels[0].NextFree(slot + 1))
            yield return (uint)slot;
    }

    /// <summary>Occupied slots from one on, in ascending order.</summary>
    public IEnumerable<KeyValuePair<uint, TNode>> Occupied(uint from)
    {
        for (var slot = NextOccupied(from); slot is { } found; slot = found == uint.MaxValue ? null : NextOccupied(found + 1))
            yield return new(found, NodeAt(0, found));
    }

    void Store(uint slot, TNode node)
    {
        var wasOccupied = !levels[0][slot].IsEmpty;
        levels[0].Set(slot, node);
        if (node.IsEmpty)
        {
            Count -= wasOccupied ? 1UL : 0;
            firstMaybeFree = Math.Min(firstMaybeFree, slot);
            return;
        }
        Count += wasOccupied ? 0UL : 1;
        if (slot == firstMaybeFree)
            firstMaybeFree = levels[0].NextFree(slot);
    }

    /// <summary>
    /// Makes room for the highest touched slot. Node 0 of a level that comes into use was never hashed over what is already there, so it
    /// counts as touched.
    /// </summary>
    void Grow(List<ulong> touched)
    {
        var needed = DepthFor(touched[^1]);
        if (needed <= Depth)
            return;
        while (levels.Count <= needed)
            levels.Add(new());
        if (touched[0] != 0)
            touched.Insert(0, 0);
    }

    void Rehash(int level, List<ulong> touched)
    {
        var kept = 0;
        for (var i = 0; i < touched.Count; i++)
        {
            var index = touched[i] >> 1;
            if (kept > 0 && touched[kept - 1] == index)
                continue;
            levels[level].Set(index, TNode.Combine(NodeAt(level - 1, 2 * index), NodeAt(level - 1, 2 * index + 1)));
            touched[kept++] = index;
        }
        touched.RemoveRange(kept, touched.Count - kept);
    }

    ulong Highest()
    {
        var index = 0UL;
        for (var level = levels.Count - 2; level >= 0; level--)
            index = 2 * index + (NodeAt(level, 2 * index + 1).IsEmpty ? 0UL : 1);
        return index;
    }

    /// <summary>Climbs to the nearest subtree on the right that is not EMPTY, then descends to its leftmost slot.</summary>
    uint? NextOccupied(uint from)
    {
        var (level, index) = (0, (ulong)from);
        while (NodeAt(level, index).IsEmpty)
        {
            while ((index & 1) == 1)
                (level, index) = (level + 1, index >> 1);
            if (level >= Depth)
                return null;
            index++;
        }
        for (; level > 0; level--)
            index = 2 * index + (NodeAt(level - 1, 2 * index).IsEmpty ? 1UL : 0);
        return (uint)index;
    }

    static int DepthFor(ulong highest) => 64 - BitOperations.LeadingZeroCount(highest);
}
