using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// The agreement trees that revisions were applied to lately, so that a revision costs hashes by the logarithm of the slots. Bounded by the
/// slots held in all; a tree that is not here is built from its slots. Used by the write queue's loop alone.
/// </summary>
internal sealed class CurrentTrees
{
    const long MostSlots = 1 << 20;

    readonly LinkedList<Entry> recent = [];
    readonly Dictionary<long, LinkedListNode<Entry>> byAgreement = [];

    /// <summary>The tree of the agreement's current revision, to be changed in place.</summary>
    public AgreementTree Get(SqliteConnection connection, AgreementRow row)
    {
        if (byAgreement.TryGetValue(row.Key, out var node) && node.Value.Revision == row.Number)
        {
            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value.Tree;
        }
        Forget(row.Key);
        var tree = Load(connection, row.Key, row.Number);
        byAgreement[row.Key] = recent.AddFirst(new Entry(row.Key, row.Number, tree));
        Trim();
        return tree;
    }

    /// <summary>The tree was changed to a newer revision.</summary>
    public void Advance(long agreement, long revision)
    {
        var node = byAgreement[agreement];
        node.Value = node.Value with { Revision = revision };
    }

    public void Forget(long agreement)
    {
        if (byAgreement.Remove(agreement, out var node))
            recent.Remove(node);
    }

    /// <summary>Builds the tree of any revision whose slots are retained.</summary>
    public static AgreementTree Load(SqliteConnection connection, long agreement, long revision)
    {
        var slots = AgreementIndex.SlotsAt(connection, agreement, revision);
        return AgreementTree.Load(slots.Select(slot => KeyValuePair.Create(
            (uint)slot.Slot, new SumNode(new Digest(slot.Root), slot.Leaves))));
    }

    void Trim()
    {
        var held = recent.Sum(entry => (long)entry.Tree.Count);
        while (held > MostSlots && recent.Count > 1)
        {
            var oldest = recent.Last!.Value;
            held -= (long)oldest.Tree.Count;
            Forget(oldest.Agreement);
        }
    }

    sealed record Entry(long Agreement, long Revision, AgreementTree Tree);
}
