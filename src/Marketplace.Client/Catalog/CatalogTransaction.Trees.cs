using Marketplace.Client.Content;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Protocol.Signatures;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Catalog;

/// <remarks>
/// Inner nodes of the agreements' trees are kept, so that a revision costs what it changes and not what the agreement holds. They follow from the
/// slots: whatever changes slots in another way than a settled revision lets go of them, and they are made anew when they are next asked for.
/// </remarks>
public sealed partial class CatalogTransaction
{
    /// <summary>The tree of an agreement's contents, until these change. Only inside a change: what it is made of may have to be written first.</summary>
    public PagedTree OpenTree(RentedAgreement agreement)
    {
        if (IsTreeKept(agreement.Id) && ReadTree(agreement.Id) is var kept && IsSigned(kept.Root, agreement.Revision))
            return kept;
        MakeTree(agreement.Id);
        return ReadTree(agreement.Id);
    }

    /// <summary>An agreement's root and weight once these changes are made.</summary>
    public SumNode RootAfter(RentedAgreement agreement, IReadOnlyList<PendingChange> changes)
    {
        try
        {
            return RootAfter(OpenTree(agreement), changes);
        }
        catch (InvalidDataException)
        {
            MakeTree(agreement.Id);
            return RootAfter(ReadTree(agreement.Id), changes);
        }
    }

    /// <summary>The lowest slots that are free, rising, as many as are asked for.</summary>
    public IReadOnlyList<uint> FindFreeSlots(AgreementId agreement, int count)
    {
        if (!IsTreeKept(agreement))
            MakeTree(agreement);
        var free = new List<uint>(count);
        var next = One<long>("SELECT free_from FROM trees WHERE agreement = @id", new { id = agreement.ToString() });
        using var occupied = Command("SELECT slot FROM slots WHERE agreement = @id AND slot >= @next ORDER BY slot", ("@id", agreement.ToString()), ("@next", next));
        using var rows = occupied.ExecuteReader();
        var last = rows.Read() ? rows.GetInt64(0) : long.MaxValue;
        for (; free.Count < count; next++)
        {
            if (next < last)
                free.Add(checked((uint)next));
            else
                last = rows.Read() ? rows.GetInt64(0) : long.MaxValue;
        }
        return free;
    }

    static SumNode RootAfter(PagedTree tree, IReadOnlyList<PendingChange> changes)
    {
        Apply(tree, changes);
        return tree.Root;
    }

    static IReadOnlyList<KeptNode> Apply(PagedTree tree, IReadOnlyList<PendingChange> changes) =>
        tree.Apply(changes.Select(change => KeyValuePair.Create(change.Slot, change.ToNode())));

    /// <summary>Whatever else happened to the inner nodes: what both sides signed is what counts.</summary>
    static bool IsSigned(SumNode root, Revision revision) => (root.Hash.ToHash256(), root.Weight) == (revision.DataRoot, revision.Weight);

    PagedTree ReadTree(AgreementId agreement) => new(new TreePages(this, agreement.ToString()));

    bool IsTreeKept(AgreementId agreement) => One<long>("SELECT EXISTS (SELECT 1 FROM trees WHERE agreement = @id)", new { id = agreement.ToString() }) != 0;

    /// <summary>The inner nodes are no longer those of the slots.</summary>
    void DropTree(AgreementId agreement) => Execute("DELETE FROM trees WHERE agreement = @id", new { id = agreement.ToString() });

    /// <summary>Brings the inner nodes to what the slots are after a revision's changes. Before the slots change.</summary>
    void ChangeTree(AgreementId agreement, IReadOnlyList<PendingChange> changes)
    {
        if (!IsTreeKept(agreement))
            return;
        var id = agreement.ToString();
        IReadOnlyList<KeptNode> nodes;
        try
        {
            nodes = Apply(ReadTree(agreement), changes);
        }
        catch (InvalidDataException)
        {
            // Not what the slots are: made anew from these when a tree is next asked for.
            DropTree(agreement);
            return;
        }
        foreach (var node in nodes)
            Put(id, node);
        // The slots that a revision fills are the lowest that were free.
        var filled = changes.Where(change => change.Root is not null).Select(change => change.Slot + 1L).DefaultIfEmpty(0).Max();
        var emptied = changes.Where(change => change.Root is null).Select(change => (long)change.Slot).DefaultIfEmpty(long.MaxValue).Min();
        Execute("UPDATE trees SET free_from = min(max(free_from, @filled), @emptied) WHERE agreement = @id", new { id, filled, emptied });
    }

    void MakeTree(AgreementId agreement)
    {
        var id = agreement.ToString();
        Execute("DELETE FROM nodes WHERE agreement = @id", new { id });
        var (level, freeFrom) = (0, 0L);
        var below = new List<KeptNode>();
        using (var slots = Command("SELECT slot, root, leaves FROM slots WHERE agreement = @id ORDER BY slot", ("@id", id)))
        using (var rows = slots.ExecuteReader())
        {
            while (rows.Read())
            {
                below.Add(new KeptNode(0, rows.GetInt64(0), ReadNode(rows)));
                if (below[^1].Number == freeFrom)
                    freeFrom++;
            }
        }
        while (below.Count > 0 && below[^1].Number >= SlotPage.Width)
        {
            level += SlotPage.Levels;
            below = [.. below.GroupBy(node => node.Number / SlotPage.Width).Select(page => new KeptNode(level, page.Key, Over(page)))];
            below.ForEach(node => Put(id, node));
        }
        Execute("INSERT OR REPLACE INTO trees (agreement, free_from) VALUES (@id, @freeFrom)", new { id, freeFrom });
    }

    static SumNode Over(IEnumerable<KeptNode> page)
    {
        var nodes = new SumNode[SlotPage.Width];
        foreach (var node in page)
            nodes[node.Number % SlotPage.Width] = node.Node;
        return new SlotPage(nodes).Top;
    }

    void Put(string agreement, KeptNode node)
    {
        using var command = node.Node.IsEmpty
            ? Command("DELETE FROM nodes WHERE agreement = @id AND level = @level AND number = @number", ("@id", agreement), ("@level", node.Level), ("@number", node.Number))
            : Command(
                "INSERT OR REPLACE INTO nodes (agreement, level, number, hash, weight) VALUES (@id, @level, @number, @hash, @weight)",
                ("@id", agreement), ("@level", node.Level), ("@number", node.Number), ("@hash", node.Node.Hash.ToArray()), ("@weight", Signed(node.Node.Weight)));
        command.ExecuteNonQuery();
    }

    /// <summary>The node in a row's second and third columns.</summary>
    static SumNode ReadNode(SqliteDataReader row) => new(new Digest(row.GetFieldValue<byte[]>(1)), (ulong)row.GetInt64(2));

    sealed class TreePages(CatalogTransaction catalog, string agreement) : ITreePages
    {
        public int TopLevel => (int)catalog.One<long>("SELECT coalesce(max(level), 0) FROM nodes WHERE agreement = @agreement", new { agreement });

        public SlotPage Read(int level, long number)
        {
            var nodes = new SumNode[SlotPage.Width];
            var first = number * SlotPage.Width;
            using var command = catalog.Command(
                level == 0
                    ? "SELECT slot, root, leaves FROM slots WHERE agreement = @id AND slot BETWEEN @first AND @last"
                    : "SELECT number, hash, weight FROM nodes WHERE agreement = @id AND level = @level AND number BETWEEN @first AND @last",
                ("@id", agreement), ("@level", level), ("@first", first), ("@last", first + SlotPage.Width - 1));
            using var rows = command.ExecuteReader();
            while (rows.Read())
                nodes[rows.GetInt64(0) - first] = ReadNode(rows);
            return new SlotPage(nodes);
        }
    }
}
