using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Salvages fragments when the index is lost: reads every volume, and indexes each record whose bytes lead to its root. Revisions and
/// checkpoints cannot be found again, so the agreements serve reads and accept nothing.
/// </summary>
internal static class IndexRebuild
{
    /// <summary>The value of an agreement's <c>closed</c> that was salvaged.</summary>
    const int Salvaged = 3;

    /// <returns>Fragments found.</returns>
    public static long Run(StoreDatabase database, VolumeSet volumes, long stagedUntil)
    {
        var found = 0L;
        foreach (var volume in volumes.ListFiles().Order())
        {
            using var handle = volumes.TryOpenRead(volume);
            if (handle is null)
                continue;
            WriterTransaction.Run(database.Writer, () =>
            {
                foreach (var (agreement, row) in Scan(volume, handle))
                    found += Index(database.Writer, agreement, row, stagedUntil) ? 1 : 0;
            });
        }
        return found;
    }

    /// <summary>Records begin at multiples of 4 KiB; what does not lead to its root is passed over.</summary>
    static IEnumerable<(AgreementId Agreement, FragmentRow Row)> Scan(long volume, SafeFileHandle handle)
    {
        var header = new byte[FragmentRecord.HeaderSize];
        var end = RandomAccess.GetLength(handle);
        for (var offset = 0L; offset < end;)
        {
            var space = (long)FragmentRecord.Alignment;
            if (RandomAccess.Read(handle, header, offset) == header.Length
                && FragmentRecord.TryReadHeader(header, out var agreement, out var root, out var length)
                && length <= FragmentStore.MaximumLength && offset + FragmentRecord.HeaderSize + length <= end)
            {
                var row = new FragmentRow(0, 0, root, volume, offset, length, 0);
                if (FragmentReader.LeadsToRoot(row, handle))
                {
                    space = FragmentRecord.SizeOf(length);
                    yield return (agreement, row);
                }
            }
            offset += space;
        }
    }

    static bool Index(SqliteConnection connection, AgreementId agreement, FragmentRow row, long stagedUntil)
    {
        if (FragmentIndex.Find(connection, agreement, row.Root) is not null)
            return false;
        connection.Execute(
            $"""
            INSERT OR IGNORE INTO agreements(agreement, data_key, gib, start_epoch, end_epoch, closed, revision, weight, staged_leaves)
            VALUES (@id, zeroblob(20), 0, 0, 0, {Salvaged}, 0, 0, 0);
            INSERT OR IGNORE INTO revisions(agreement, number, data_root, weight, consumer_signature, provider_signature)
            SELECT key, 0, zeroblob(32), 0, zeroblob(65), zeroblob(65) FROM agreements WHERE agreement = @id
            """,
            new { id = FragmentIndex.ToBlob(agreement) });
        var key = FragmentIndex.FindQuota(connection, agreement)!.Key;
        if (!FragmentIndex.TryInsert(connection, key, row.Root, row.Space, row.Length, stagedUntil))
            return false;
        FragmentIndex.AddSums(
            connection, key, (1, row.Leaves, row.Space.Length), new Dictionary<long, long> { [row.Volume] = row.Space.Length });
        return true;
    }
}
