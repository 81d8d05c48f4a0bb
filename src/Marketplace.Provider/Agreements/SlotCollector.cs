using Dapper;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// Drops what slots held in revisions that are past and that no checkpoint with retained data holds, and with it the fragments' references.
/// </summary>
internal sealed class SlotCollector(WriteQueue queue)
{
    const int RowsPerCommit = 500;

    /// <summary>Runs until nothing is left to do now.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        while (await queue.ExecuteAsync(scope => EndSlotsOfClosed(scope.Connection), cancellationToken).ConfigureAwait(false) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        while (await queue.ExecuteAsync(scope => DropEnded(scope.Connection), cancellationToken).ConfigureAwait(false) == RowsPerCommit)
            cancellationToken.ThrowIfCancellationRequested();
        while (await queue.ExecuteAsync(scope => DropNodes(scope.Connection), cancellationToken).ConfigureAwait(false) == RowsPerCommit)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>How many agreements are still being closed.</returns>
    static int EndSlotsOfClosed(SqliteConnection connection)
    {
        if (connection.QueryFirstOrDefault<(long Key, long Revision)?>("SELECT key, revision FROM agreements WHERE closed = 1 AND held = 0 LIMIT 1")
            is not { } agreement)
            return 0;
        var ended = connection.Execute(
            $"""
            UPDATE slots SET to_revision = @Revision + 1 WHERE agreement = @Key AND to_revision = {Schema.Open} AND slot IN
                (SELECT slot FROM slots WHERE agreement = @Key AND to_revision = {Schema.Open} LIMIT {RowsPerCommit})
            """,
            new { agreement.Key, agreement.Revision });
        if (ended < RowsPerCommit)
            connection.Execute("UPDATE agreements SET closed = 2 WHERE key = @Key", new { agreement.Key });
        return 1;
    }

    static int DropEnded(SqliteConnection connection)
    {
        var rows = connection.Query<(long Agreement, long Slot, long From, long Fragment)>(
            $"""
            SELECT s.agreement, s.slot, s.from_revision, s.fragment FROM slots s
            WHERE s.to_revision < {Schema.Open} AND NOT EXISTS (
                SELECT 1 FROM members m WHERE m.agreement = s.agreement AND m.revision >= s.from_revision AND m.revision < s.to_revision
                    AND m.to_checkpoint > (SELECT data_from FROM store_totals))
            LIMIT {RowsPerCommit}
            """).ToList();
        foreach (var row in rows)
        {
            connection.Execute("DELETE FROM slots WHERE agreement = @Agreement AND slot = @Slot AND from_revision = @From",
                new { row.Agreement, row.Slot, row.From });
            var fragment = connection.QuerySingle<FragmentRow>(
                $"SELECT {FragmentRow.Columns} FROM fragments WHERE id = @Fragment", new { row.Fragment });
            FragmentIndex.AddReferences(connection, fragment, -1);
        }
        return rows.Count;
    }

    /// <summary>Inner nodes of revisions that nothing is proven from any more, and all of agreements that have no slots left.</summary>
    static int DropNodes(SqliteConnection connection) => connection.Execute(
        $"""
        DELETE FROM nodes WHERE (agreement, level, number, from_revision) IN (
            SELECT n.agreement, n.level, n.number, n.from_revision FROM nodes n
            WHERE n.to_revision < {Schema.Open} AND NOT EXISTS (
                SELECT 1 FROM members m WHERE m.agreement = n.agreement AND m.revision >= n.from_revision AND m.revision < n.to_revision
                    AND m.to_checkpoint > (SELECT data_from FROM store_totals))
            UNION ALL
            SELECT n.agreement, n.level, n.number, n.from_revision FROM nodes n JOIN agreements a ON a.key = n.agreement
            WHERE a.closed = 2 AND NOT EXISTS (SELECT 1 FROM slots s WHERE s.agreement = a.key)
            LIMIT {RowsPerCommit})
        """);
}
