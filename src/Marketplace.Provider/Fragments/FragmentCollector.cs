using Dapper;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Deletes what neither a revision nor staging keeps, and gives its space back: rows first, disk blocks after the commit.
/// </summary>
internal sealed class FragmentCollector(StoreDatabase database, WriteQueue queue, VolumeSet volumes, TimeProvider time)
{
    const int RowsPerCommit = 500;

    /// <summary>Runs until nothing is left to do now.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        while (await DeleteUnreferencedAsync(cancellationToken).ConfigureAwait(false) == RowsPerCommit)
            cancellationToken.ThrowIfCancellationRequested();
        await SealAsync(cancellationToken).ConfigureAwait(false);
        while (await PunchAsync(cancellationToken).ConfigureAwait(false) == RowsPerCommit)
            cancellationToken.ThrowIfCancellationRequested();
        await RemoveEmptyVolumesAsync(cancellationToken).ConfigureAwait(false);
    }

    Task<int> DeleteUnreferencedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return queue.ExecuteAsync(
            scope =>
            {
                var rows = scope.Connection.Query<FragmentRow>(
                    $"SELECT {FragmentRow.Columns} FROM fragments WHERE refs = 0 AND staged_until <= @now LIMIT {RowsPerCommit}",
                        new { now }).ToList();
                rows.ForEach(row => FragmentIndex.Delete(scope.Connection, row));
                return rows.Count;
            },
            cancellationToken);
    }

    async Task<int> PunchAsync(CancellationToken cancellationToken)
    {
        var rows = database.Read(connection => connection.Query<(long Id, long Volume, long Offset, long Length)>(
            $"SELECT id, volume, offset, length FROM reclaimable ORDER BY id LIMIT {RowsPerCommit}").ToList());
        if (rows.Count == 0)
            return 0;
        rows.ForEach(row => volumes.Punch(new VolumeSpace(row.Volume, row.Offset, row.Length)));
        return await queue.ExecuteAsync(
            scope =>
            {
                scope.Connection.Execute("DELETE FROM reclaimable WHERE id = @Id", rows.Select(row => new { row.Id }));
                return rows.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    async Task SealAsync(CancellationToken cancellationToken)
    {
        foreach (var volume in volumes.Sealable())
        {
            await queue.ExecuteAsync(
                scope => scope.Connection.Execute("INSERT OR IGNORE INTO sealed_volumes(id) VALUES (@volume)", new { volume }),
                cancellationToken).ConfigureAwait(false);
            volumes.Close(volume);
        }
    }

    /// <summary>The file goes first: a sealed volume without a file is forgotten the next time.</summary>
    async Task RemoveEmptyVolumesAsync(CancellationToken cancellationToken)
    {
        var empty = database.Read(connection => connection.Query<long>(
            "SELECT id FROM sealed_volumes v WHERE NOT EXISTS (SELECT 1 FROM fragments f WHERE f.volume = v.id)").ToList());
        foreach (var volume in empty)
        {
            volumes.Delete(volume);
            await queue.ExecuteAsync(
                scope => scope.Connection.Execute("DELETE FROM sealed_volumes WHERE id = @volume; DELETE FROM volume_use WHERE volume = @volume", new { volume }),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
