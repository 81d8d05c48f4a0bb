using System.Collections.Immutable;
using System.Numerics;

namespace Marketplace.Core.SumTree;

/// <summary>An inner node that is kept.</summary>
/// <param name="Level">A multiple of <see cref="SlotPage.Levels"/>, above 0.</param>
/// <param name="Number">From the level's left.</param>
/// <param name="Node">EMPTY for one that is not to be kept any more.</param>
public readonly record struct KeptNode(int Level, long Number, SumNode Node);

/// <summary>
/// Where an agreement's slots are kept, with the inner nodes over them of every fourth level: at least of each level at which a slot lies beyond the
/// first node.
/// </summary>
public interface ITreePages
{
    /// <summary>The highest level of which a node is kept; 0 if none is.</summary>
    int TopLevel { get; }

    /// <summary>Sixteen slots, or sixteen nodes of a kept level.</summary>
    /// <param name="level">A multiple of <see cref="SlotPage.Levels"/>; 0 for slots.</param>
    /// <param name="number">The number of the node over the sixteen.</param>
    SlotPage Read(int level, long number);
}

/// <summary>
/// An agreement's tree (protocol, section 4), read page by page as it is needed: a path, a leaf or a change costs a few pages whatever the agreement
/// holds. For as long as what is kept stays as it is.
/// </summary>
public sealed class PagedTree
{
    /// <summary>The highest level that can be kept: slots have 32 bits.</summary>
    public const int HighestLevel = 32 - SlotPage.Levels;

    readonly ITreePages source;
    readonly Dictionary<(int Level, long Number), SlotPage> pages = [];

    /// <summary>The highest level that is kept.</summary>
    readonly int kept;

    /// <summary>The highest level with pages: higher than that one where changes made the tree grow.</summary>
    int top;

    /// <param name="source">Where it is kept.</param>
    public PagedTree(ITreePages source)
    {
        this.source = source;
        kept = top = source.TopLevel;
        Depth = FindDepth();
    }

    /// <summary>The agreement's data root and weight.</summary>
    public SumNode Root => NodeAt(Depth, 0);

    /// <summary>Levels above the slots.</summary>
    public int Depth { get; private set; }

    /// <summary>A slot's fragment, or EMPTY.</summary>
    public SumNode this[uint slot] => slot >> Depth == 0 || Depth == 32 ? NodeAt(0, slot) : SumNode.Empty;

    /// <summary>The path from an occupied slot to the data root.</summary>
    public SumPath PathOf(uint slot)
    {
        var siblings = ImmutableArray.CreateBuilder<SumNode>(Depth);
        for (var level = 0; level < Depth; level++)
            siblings.Add(NodeAt(level, ((long)slot >> level) ^ 1));
        return new SumPath(slot, siblings.MoveToImmutable());
    }

    /// <summary>The slot that holds a leaf of the agreement, and the leaf's number in its fragment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The agreement has no such leaf.</exception>
    public (uint Slot, ulong Leaf) LocateLeaf(ulong leaf)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, Root.Weight);
        var number = 0L;
        for (var level = Depth - 1; level >= 0; level--)
        {
            number *= 2;
            var left = NodeAt(level, number).Weight;
            if (leaf < left)
                continue;
            leaf -= left;
            number++;
        }
        return ((uint)number, leaf);
    }

    /// <summary>Fills and empties (EMPTY) slots. The tree is then as a later revision's; what is kept is not changed.</summary>
    /// <returns>The kept nodes that are others now: to be put where the revision is.</returns>
    public IReadOnlyList<KeptNode> Apply(IEnumerable<KeyValuePair<uint, SumNode>> changes)
    {
        var touched = new SortedSet<long>();
        var highest = 0L;
        foreach (var (slot, node) in changes)
        {
            PageOf(0, slot / SlotPage.Width).Set((int)(slot % SlotPage.Width), node);
            touched.Add(slot / SlotPage.Width);
            highest = Math.Max(highest, node.IsEmpty ? 0 : slot);
        }
        if (touched.Count == 0)
            return [];
        var known = top;
        top = Math.Max(known, LevelFor(highest));
        var changed = new List<KeptNode>();
        for (var level = SlotPage.Levels; level <= top; level += SlotPage.Levels)
        {
            // What a level that comes into use stands over was never hashed, touched or not.
            if (level > known)
                touched.Add(0);
            touched = Rehash(level, touched, changed);
        }
        Depth = FindDepth();
        return changed;
    }

    SortedSet<long> Rehash(int level, SortedSet<long> touched, List<KeptNode> changed)
    {
        var above = new SortedSet<long>();
        foreach (var number in touched)
        {
            var node = new KeptNode(level, number, PageOf(level - SlotPage.Levels, number).Top);
            changed.Add(node);
            PageOf(level, number / SlotPage.Width).Set((int)(number % SlotPage.Width), node.Node);
            above.Add(number / SlotPage.Width);
        }
        return above;
    }

    /// <summary>Of the highest slot's number as many bits as it has: the capacity is the smallest power of two above it.</summary>
    int FindDepth()
    {
        for (var level = top; level >= 0; level -= SlotPage.Levels)
        {
            var highest = PageOf(level, 0).Highest;
            if (highest > 0)
                return level + BitOperations.Log2((uint)highest) + 1;
        }
        return 0;
    }

    SumNode NodeAt(int level, long number)
    {
        var bottom = Math.Min(level / SlotPage.Levels * SlotPage.Levels, top);
        var within = SlotPage.Levels - (level - bottom);
        return PageOf(bottom, number >> within).Node(level - bottom, (int)(number & ((1L << within) - 1)));
    }

    /// <exception cref="InvalidDataException">The page is not what the node over it says: what is kept is damaged.</exception>
    SlotPage PageOf(int level, long number)
    {
        if (pages.TryGetValue((level, number), out var known))
            return known;
        var page = source.Read(level, number);
        if (level < kept && page.Top != PageOf(level + SlotPage.Levels, number / SlotPage.Width).Node(0, (int)(number % SlotPage.Width)))
            throw new InvalidDataException($"Page {number} of level {level} of an agreement's tree is not what is above it: the index is damaged.");
        pages.Add((level, number), page);
        return page;
    }

    /// <summary>The highest level that has to be kept for a slot.</summary>
    static int LevelFor(long slot) => slot == 0 ? 0 : BitOperations.Log2((ulong)slot) / SlotPage.Levels * SlotPage.Levels;
}
