using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>Makes the kept inner nodes of all agreements anew, for every revision whose slots are retained. Inside a transaction.</summary>
internal static class TreeRebuild
{
    public static void Run(SqliteConnection connection)
    {
        connection.Execute("DELETE FROM nodes");
        foreach (var agreement in connection.Query<long>($"SELECT DISTINCT agreement FROM slots WHERE slot >= {SlotPage.Width}").ToList())
            Run(connection, agreement);
    }

    static void Run(SqliteConnection connection, long agreement)
    {
        var highest = connection.ExecuteScalar<long>("SELECT max(slot) FROM slots WHERE agreement = @agreement", new { agreement });
        var below = Slots(connection, agreement);
        for (var level = SlotPage.Levels; level <= PagedTree.HighestLevel && highest >> level > 0; level += SlotPage.Levels)
        {
            var nodes = Above(below);
            foreach (var node in nodes)
                TreeIndex.Insert(connection, agreement, new KeptNode(level, node.Number, node.Node), node.From, node.To);
            below = nodes;
        }
    }

    /// <summary>The nodes over pages of nodes, each for the revisions in which it is the same.</summary>
    static List<Version> Above(IEnumerable<Version> below)
    {
        var nodes = new List<Version>();
        var page = new List<Version>();
        foreach (var version in below)
        {
            if (page.Count > 0 && page[0].Number / SlotPage.Width != version.Number / SlotPage.Width)
                Close(page, nodes);
            page.Add(version);
        }
        if (page.Count > 0)
            Close(page, nodes);
        return nodes;
    }

    static void Close(List<Version> page, List<Version> nodes)
    {
        var number = page[0].Number / SlotPage.Width;
        var bounds = page.SelectMany(version => new[] { version.From, version.To }).Distinct().Order().ToList();
        for (var i = 0; i + 1 < bounds.Count; i++)
        {
            var slots = new SumNode[SlotPage.Width];
            foreach (var version in page.Where(version => version.From <= bounds[i] && version.To > bounds[i]))
                slots[version.Number % SlotPage.Width] = version.Node;
            var node = new Version(number, bounds[i], bounds[i + 1], new SlotPage(slots).Top);
            if (nodes.Count > 0 && nodes[^1] is var before && before.Number == number && before.To == node.From && before.Node == node.Node)
                nodes[^1] = before with { To = node.To };
            else if (!node.Node.IsEmpty)
                nodes.Add(node);
        }
        page.Clear();
    }

    static IEnumerable<Version> Slots(SqliteConnection connection, long agreement) => connection.Query<SlotVersion>(
        """
        SELECT s.slot AS Slot, s.from_revision AS FromRevision, s.to_revision AS ToRevision, f.root AS Root, f.length / 1024 AS Leaves
        FROM slots s JOIN fragments f ON f.id = s.fragment WHERE s.agreement = @agreement ORDER BY s.slot, s.from_revision
        """,
        new { agreement },
        buffered: false)
        .Select(row => new Version(row.Slot, row.FromRevision, row.ToRevision, new SumNode(new Digest(row.Root), (ulong)row.Leaves)));

    readonly record struct Version(long Number, long From, long To, SumNode Node);

    sealed record SlotVersion(long Slot, long FromRevision, long ToRevision, byte[] Root, long Leaves);
}
