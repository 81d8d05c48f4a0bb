using System.Numerics;

namespace Marketplace.Core.SumTree;

/// <summary>One level of a slot tree in pages that exist only where something is.</summary>
internal sealed class SlotLevel<TNode>
    where TNode : struct, ISumNode<TNode>
{
    const int PageBits = 4;
    const int PageSize = 1 << PageBits;
    const ushort FullPage = ushort.MaxValue;

    readonly Dictionary<ulong, Page> pages = [];

    public TNode this[ulong index] => pages.TryGetValue(index >> PageBits, out var page) ? page.Nodes[index % PageSize] : default;

    public void Set(ulong index, TNode node)
    {
        var number = index >> PageBits;
        var bit = (ushort)(1 << (int)(index % PageSize));
        if (!pages.TryGetValue(number, out var page))
        {
            if (node.IsEmpty)
                return;
            pages[number] = page = new Page();
        }
        page.Nodes[index % PageSize] = node;
        page.Occupied = node.IsEmpty ? (ushort)(page.Occupied & ~bit) : (ushort)(page.Occupied | bit);
        if (page.Occupied == 0)
            pages.Remove(number);
    }

    /// <summary>The first index from one on whose node is EMPTY.</summary>
    public ulong NextFree(ulong from)
    {
        for (var number = from >> PageBits; ; number++)
        {
            if (!pages.TryGetValue(number, out var page))
                return Math.Max(from, number << PageBits);
            var skipped = from > number << PageBits ? (1 << (int)(from % PageSize)) - 1 : 0;
            var taken = page.Occupied | skipped;
            if (taken != FullPage)
                return (number << PageBits) + (ulong)BitOperations.TrailingZeroCount(~taken);
        }
    }

    sealed class Page
    {
        public readonly TNode[] Nodes = new TNode[PageSize];
        public ushort Occupied;
    }
}
