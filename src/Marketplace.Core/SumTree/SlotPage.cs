namespace Marketplace.Core.SumTree;

/// <summary>
/// Sixteen neighbours of an agreement's tree with what is above them: four levels of hashes, made when they are first asked for.
/// </summary>
/// <param name="bottom">The sixteen, EMPTY where there is nothing; the page's own from now on.</param>
public sealed class SlotPage(SumNode[] bottom)
{
    /// <summary>Levels between the sixteen and the node over them; how many the sixteen are.</summary>
    public const int Levels = 4, Width = 1 << Levels;

    /// <summary>Nodes by rank: 1 is the top one, those under n are 2n and 2n + 1, and the sixteen have ranks 16 to 31.</summary>
    SumNode[]? ranked;

    /// <summary>The node over all sixteen.</summary>
    public SumNode Top => Node(Levels, 0);

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Array.TrueForAll(bottom, node => node.IsEmpty);

    /// <summary>The number of the last of the sixteen that is not EMPTY; -1 if all are.</summary>
    public int Highest => Array.FindLastIndex(bottom, node => !node.IsEmpty);

    /// <summary>A node of the page.</summary>
    /// <param name="level">Above the sixteen.</param>
    /// <param name="number">From the page's left.</param>
    public SumNode Node(int level, int number) => level == 0 ? bottom[number] : (ranked ??= Rank())[(Width >> level) + number];

    /// <summary>Puts one of the sixteen.</summary>
    public void Set(int number, SumNode node)
    {
        bottom[number] = node;
        ranked = null;
    }

    SumNode[] Rank()
    {
        var nodes = new SumNode[2 * Width];
        bottom.CopyTo(nodes, Width);
        for (var rank = Width - 1; rank > 0; rank--)
            nodes[rank] = SumNode.Combine(nodes[2 * rank], nodes[2 * rank + 1]);
        return nodes;
    }
}
