using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// The statements on the inner nodes of agreements' trees that are kept: those of every fourth level, each with the revisions in which it
/// was so. A level is kept in a revision at least where a slot lies beyond its first node. Callers hold a snapshot or the writer's scope.
/// </summary>
internal static class TreeIndex
{
    const string Valid = "from_revision <= @revision AND to_revision > @revision";

    static readonly string DeleteUnkept =
        $"DELETE FROM nodes WHERE agreement = @agreement AND level = @level AND number = @number AND to_revision = {Schema.Open} AND from_revision > @kept";

    static readonly string EndNode =
        $"UPDATE nodes SET to_revision = @revision WHERE agreement = @agreement AND level = @level AND number = @number AND to_revision = {Schema.Open}";

    const string HasLevel = $"SELECT EXISTS (SELECT 1 FROM nodes WHERE agreement = @agreement AND level = @level AND {Valid})";

    /// <summary>An agreement's tree at a revision, for as long as the snapshot or the writer's transaction.</summary>
    public static PagedTree Open(SqliteConnection connection, long agreement, long revision) => new(new Pages(connection, agreement, revision));

    /// <summary>
    /// Puts a node that a revision changes. What it was before stays for the revisions that a checkpoint may be asked about.
    /// </summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="agreement">The agreement's row.</param>
    /// <param name="revision">The revision that begins.</param>
    /// <param name="lastKept">The last revision before it that is in a checkpoint; -1 if none is.</param>
    /// <param name="node">The node, EMPTY to have none.</param>
    public static void Put(SqliteConnection connection, long agreement, long revision, long lastKept, KeptNode node)
    {
        Prepared.Execute(
            connection,
            DeleteUnkept,
            ("@agreement", agreement), ("@level", node.Level), ("@number", node.Number), ("@kept", lastKept));
        Prepared.Execute(
            connection,
            EndNode,
            ("@revision", revision), ("@agreement", agreement), ("@level", node.Level), ("@number", node.Number));
        if (!node.Node.IsEmpty)
            Insert(connection, agreement, node, revision, Schema.Open);
    }

    public static void Insert(SqliteConnection connection, long agreement, KeptNode node, long from, long to) => Prepared.Execute(
        connection,
        """
        INSERT INTO nodes(agreement, level, number, from_revision, to_revision, hash, weight)
        VALUES (@agreement, @level, @number, @from, @to, @hash, @weight)
        """,
        ("@agreement", agreement), ("@level", node.Level), ("@number", node.Number), ("@from", from), ("@to", to),
        ("@hash", node.Node.Hash.ToHash256().ToArray()), ("@weight", checked((long)node.Node.Weight)));

    const string SlotsOfPage = $"""
        SELECT s.slot, f.root, f.length / 1024 FROM slots s JOIN fragments f ON f.id = s.fragment
        WHERE s.agreement = @agreement AND s.slot BETWEEN @first AND @last AND {Valid}
        """;

    const string NodesOfPage = $"""
        SELECT number, hash, weight FROM nodes
        WHERE agreement = @agreement AND level = @level AND number BETWEEN @first AND @last AND {Valid}
        """;

    sealed class Pages(SqliteConnection connection, long agreement, long revision) : ITreePages
    {
        public int TopLevel
        {
            get
            {
                for (var level = PagedTree.HighestLevel; level > 0; level -= SlotPage.Levels)
                {
                    if (Prepared.Number(
                        connection, HasLevel,
                        ("@agreement", agreement), ("@level", level), ("@revision", revision)) != 0)
                        return level;
                }
                return 0;
            }
        }

        public SlotPage Read(int level, long number)
        {
            var nodes = new SumNode[SlotPage.Width];
            var first = number * SlotPage.Width;
            if (level == 0)
                Prepared.ForEach(
                    connection, SlotsOfPage, Take,
                    ("@agreement", agreement), ("@revision", revision), ("@first", first), ("@last", first + SlotPage.Width - 1));
            else
                Prepared.ForEach(
                    connection, NodesOfPage, Take,
                    ("@agreement", agreement), ("@revision", revision), ("@level", level), ("@first", first), ("@last", first + SlotPage.Width - 1));
            return new SlotPage(nodes);

            void Take(SqlRow row) => nodes[row.GetInt64(0) - first] = new SumNode(new Digest(row.GetBytes(1)), (ulong)row.GetInt64(2));
        }
    }
}
