using Dapper;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Moves what is left of a volume of which little is left into the newest one, so that its file can go. Fragments are read and written
/// meanwhile: one is in its old place until the index, in one durable step behind its copy, says the new one; readers follow it there.
/// </summary>
internal sealed class VolumeCompactor(StoreDatabase database, WriteQueue queue, VolumeSet volumes, StoreOptions options)
{
    const int PieceBytes = 256 << 10;

    /// <summary>Moves that share the index's and the volumes' fsyncs.</summary>
    const int RowsPerCommit = 64;

    /// <summary>
    /// The part of a volume up to which it is compacted. Where the file system takes holes back, a volume costs what it holds, and only the
    /// number of files is to be bounded; where it does not, a volume costs its whole length until it is removed.
    /// </summary>
    const int SparseShare = 8, WastingShare = 2;

    /// <summary>Moves at most as many bytes as the options allow for a round.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var left = options.CompactionBytes;
        foreach (var volume in database.Read(Candidates))
        {
            left = await CompactAsync(volume, left, cancellationToken).ConfigureAwait(false);
            if (left <= 0)
                return;
        }
    }

    /// <summary>Volumes in which nothing is begun any more and that hold little; the emptiest first.</summary>
    List<long> Candidates(SqliteConnection connection) => connection.Query<long>(
        """
        SELECT v.id FROM sealed_volumes v JOIN volume_use u ON u.volume = v.id
        WHERE u.bytes > 0 AND u.bytes <= @most ORDER BY u.bytes
        """,
        new { most = options.VolumeBytes / (volumes.GivesHolesBack ? SparseShare : WastingShare) }).ToList();

    /// <returns>Bytes that may still be moved in this round.</returns>
    async Task<long> CompactAsync(long volume, long left, CancellationToken cancellationToken)
    {
        var after = -1L;
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = database.Read(connection => connection.Query<FragmentRow>(
                $"""
                SELECT {FragmentRow.Columns} FROM fragments WHERE volume = @volume AND offset > @after
                    AND NOT EXISTS (SELECT 1 FROM rotten WHERE fragment = fragments.id)
                ORDER BY offset LIMIT {RowsPerCommit}
                """,
                new { volume, after }).ToList());
            if (rows.Count == 0 || !await MoveAsync(volume, rows, cancellationToken).ConfigureAwait(false))
                return rows.Count == 0 ? left : 0;
            left -= rows.Sum(row => row.Space.Length);
            after = rows[^1].Offset;
        }
        return left;
    }

    /// <returns>False if there is no room to move anything to.</returns>
    async Task<bool> MoveAsync(long volume, List<FragmentRow> rows, CancellationToken cancellationToken)
    {
        using var source = volumes.TryOpenRead(volume);
        if (source is null)
            return true;
        var moves = new List<Task>(rows.Count);
        try
        {
            foreach (var row in rows)
            {
                if (volumes.TryReserve(row.Space.Length) is not { } space)
                    return false;
                moves.Add(TryCopy(row, source, space) ? SettleAsync(row, space, cancellationToken) : GiveBack(space));
            }
            return true;
        }
        finally
        {
            await Task.WhenAll(moves).ConfigureAwait(false);
        }
    }

    /// <summary>Copies a record, and reads the copy: what rotted meanwhile is left where it is, for the scrub to find.</summary>
    bool TryCopy(FragmentRow row, SafeFileHandle source, VolumeSpace space)
    {
        var target = volumes.VolumeOf(space).Handle;
        try
        {
            var piece = new byte[Math.Min(PieceBytes, space.Length)];
            for (var at = 0L; at < space.Length;)
            {
                var read = RandomAccess.Read(source, piece.AsSpan(0, (int)Math.Min(piece.Length, space.Length - at)), row.Offset + at);
                if (read == 0)
                    break;
                RandomAccess.Write(target, piece.AsSpan(0, read), space.Offset + at);
                at += read;
            }
            return FragmentReader.LeadsToRoot(row with { Volume = space.Volume, Offset = space.Offset }, target);
        }
        catch (IOException)
        {
            return false;
        }
    }

    async Task SettleAsync(FragmentRow row, VolumeSpace space, CancellationToken cancellationToken)
    {
        var (isMoved, inDoubt) = (false, false);
        try
        {
            volumes.MarkWritten(space);
            isMoved = await queue.ExecuteAsync(scope => FragmentIndex.TryMove(scope.Connection, row, space), cancellationToken).ConfigureAwait(false);
        }
        catch (StoreFailedException)
        {
            // The index may yet be found to say the new place after a restart: its bytes must stay.
            inDoubt = true;
            throw;
        }
        finally
        {
            if (!isMoved && !inDoubt)
                volumes.Punch(space);
            volumes.Settle(space);
        }
    }

    Task GiveBack(VolumeSpace space)
    {
        volumes.Punch(space);
        volumes.Settle(space);
        return Task.CompletedTask;
    }
}
