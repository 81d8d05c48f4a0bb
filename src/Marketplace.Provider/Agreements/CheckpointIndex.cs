using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>An agreement's place in a range of checkpoints.</summary>
internal sealed record MemberRow(
    long Slot, long AgreementKey, byte[] Agreement, long Revision, byte[] DataRoot, long Weight, byte[] ConsumerSignature)
{
    public const string Query = """
        SELECT m.slot AS Slot, m.agreement AS AgreementKey, a.agreement AS Agreement, m.revision AS Revision, r.data_root AS DataRoot,
            r.weight AS Weight, r.consumer_signature AS ConsumerSignature
        FROM members m JOIN agreements a ON a.key = m.agreement JOIN revisions r ON r.agreement = m.agreement AND r.number = m.revision
        """;

    public AgreementContents ToContents() =>
        new(FragmentIndex.FromBlob(Agreement), (ulong)Revision, new Digest(DataRoot), (ulong)Weight);
}

/// <summary>The statements on checkpoints and their members. Callers hold a snapshot or the writer's scope.</summary>
internal static class CheckpointIndex
{
    const string Columns = "sequence AS Sequence, root AS Root, leaves AS Leaves, agreements AS Agreements, created_at AS CreatedAt";

    public static StoredCheckpoint? Newest(SqliteConnection connection) =>
        connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM checkpoints ORDER BY sequence DESC LIMIT 1")?.ToCheckpoint();

    public static StoredCheckpoint? Find(SqliteConnection connection, ulong sequence) => sequence > long.MaxValue
        ? null
        : connection.QuerySingleOrDefault<Row>(
            $"SELECT {Columns} FROM checkpoints WHERE sequence = @sequence", new { sequence = (long)sequence })?.ToCheckpoint();

    public static StoredCheckpoint? Find(SqliteConnection connection, Hash256 root, ulong leaves, uint agreements) => leaves > long.MaxValue
        ? null
        : connection.QueryFirstOrDefault<Row>(
            $"""
            SELECT {Columns} FROM checkpoints WHERE root = @root AND leaves = @leaves AND agreements = @agreements
            ORDER BY sequence DESC LIMIT 1
            """,
            new { root = root.ToArray(), leaves = (long)leaves, agreements = (long)agreements })?.ToCheckpoint();

    public static StoredCheckpoint? Find(SqliteConnection connection, Hash256 root) => connection.QueryFirstOrDefault<Row>(
        $"SELECT {Columns} FROM checkpoints WHERE root = @root ORDER BY sequence DESC LIMIT 1", new { root = root.ToArray() })?.ToCheckpoint();

    public static bool HasData(SqliteConnection connection, ulong sequence) =>
        (ulong)connection.ExecuteScalar<long>("SELECT data_from FROM store_totals") <= sequence;

    public static void Insert(SqliteConnection connection, StoredCheckpoint checkpoint) => connection.Execute(
        "INSERT INTO checkpoints(sequence, root, leaves, agreements, created_at) VALUES (@sequence, @root, @leaves, @agreements, @at)",
        new
        {
            sequence = (long)checkpoint.Sequence,
            root = checkpoint.Root.ToArray(),
            leaves = checked((long)checkpoint.Leaves),
            agreements = (long)checkpoint.Agreements,
            at = checkpoint.CreatedAt.ToUnixTimeMilliseconds(),
        });

    public static IEnumerable<MemberRow> MembersOf(SqliteConnection connection, ulong sequence) => connection.Query<MemberRow>(
        MemberRow.Query + " WHERE m.from_checkpoint <= @sequence AND m.to_checkpoint > @sequence ORDER BY m.slot",
        new { sequence = (long)sequence });

    public static int Release(SqliteConnection connection, ulong before) => connection.Execute(
        "UPDATE store_totals SET data_from = max(data_from, min(@before, (SELECT coalesce(max(sequence), 0) FROM checkpoints)))",
        new { before = (long)Math.Min(before, long.MaxValue) });

    /// <summary>Revisions that are neither current nor a remaining checkpoint's go too.</summary>
    public static int Forget(SqliteConnection connection, ulong before)
    {
        var first = connection.ExecuteScalar<long>(
            "SELECT min(@before, coalesce(max(sequence), 0)) FROM checkpoints", new { before = (long)Math.Min(before, long.MaxValue) });
        var ended = connection.Query<(long Agreement, long Revision)>(
            "SELECT DISTINCT agreement, revision FROM members WHERE to_checkpoint <= @first", new { first }).ToList();
        connection.Execute("DELETE FROM members WHERE to_checkpoint <= @first; DELETE FROM checkpoints WHERE sequence < @first",
            new { first });
        return connection.Execute(
            """
            DELETE FROM revisions WHERE agreement = @Agreement AND number = @Revision
                AND number < (SELECT revision FROM agreements WHERE key = @Agreement)
                AND NOT EXISTS (SELECT 1 FROM members m WHERE m.agreement = @Agreement AND m.revision = @Revision)
            """,
            ended.Select(row => new { row.Agreement, row.Revision }));
    }

    sealed record Row(long Sequence, byte[] Root, long Leaves, long Agreements, long CreatedAt)
    {
        public StoredCheckpoint ToCheckpoint() => new(
            (ulong)Sequence, new Hash256(Root), (ulong)Leaves, (uint)Agreements, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }
}
