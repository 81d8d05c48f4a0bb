using System.Buffers.Binary;
using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>A fragment's row.</summary>
internal sealed record FragmentRow(long Id, long Agreement, byte[] Root, long Volume, long Offset, long Length, long Refs)
{
    public const string Columns = "id, agreement, root, volume, offset, length, refs";

    public long Leaves => Length / FragmentBlocks.LeafBytes;

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static FragmentRow Read(SqlRow row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetBytes(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));

    /// <summary>The fragment in its agreement's tree.</summary>
    public SumNode ToNode() => new(new Digest(Root), (ulong)Leaves);

    public VolumeSpace Space => new(Volume, Offset, FragmentRecord.SizeOf(Length));
}

/// <summary>What an upload is admitted by.</summary>
internal sealed record QuotaRow(long Key, long Gib, long Closed, long Weight, long StagedLeaves, long StoreBytes);

/// <summary>The statements on fragments. Callers hold a snapshot or the writer's scope.</summary>
internal static class FragmentIndex
{
    public static byte[] ToBlob(AgreementId agreement)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, agreement.Value);
        return bytes;
    }

    public static AgreementId FromBlob(byte[] blob) => new(BinaryPrimitives.ReadUInt128BigEndian(blob));

    public static QuotaRow? FindQuota(SqliteConnection connection, AgreementId agreement) => Prepared.FirstOrDefault(
        connection,
        "SELECT a.key, a.gib, a.closed, a.weight, a.staged_leaves, t.bytes FROM agreements a, store_totals t WHERE a.agreement = @id",
        row => new QuotaRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
        ("@id", ToBlob(agreement)));

    public static FragmentRow? Find(SqliteConnection connection, AgreementId agreement, byte[] root) => Prepared.FirstOrDefault(
        connection,
        $"SELECT {FragmentRow.Columns} FROM fragments WHERE agreement = (SELECT key FROM agreements WHERE agreement = @id) AND root = @root",
        FragmentRow.Read,
        ("@id", ToBlob(agreement)), ("@root", root));

    public static FragmentRow? Find(SqliteConnection connection, long agreement, byte[] root) => Prepared.FirstOrDefault(
        connection,
        $"SELECT {FragmentRow.Columns} FROM fragments WHERE agreement = @agreement AND root = @root",
        FragmentRow.Read,
        ("@agreement", agreement), ("@root", root));

    /// <summary>The rows behind one, in the order in which they were added, at most so many.</summary>
    public static void ReadBehind(SqliteConnection connection, long id, int count, Action<FragmentRow> take) => Prepared.ForEach(
        connection, $"SELECT {FragmentRow.Columns} FROM fragments WHERE id > @id ORDER BY id LIMIT @count", row => take(FragmentRow.Read(row)),
        ("@id", id), ("@count", count));

    /// <summary>Adds a row. False, with nothing changed, if the agreement has the fragment already. The caller adds to the sums.</summary>
    public static bool TryInsert(SqliteConnection connection, long agreement, byte[] root, VolumeSpace space, long length, long stagedUntil) =>
        Prepared.Execute(
            connection,
            """
            INSERT INTO fragments(agreement, root, volume, offset, length, refs, staged_until)
            VALUES (@agreement, @root, @volume, @offset, @length, 0, @stagedUntil) ON CONFLICT(agreement, root) DO NOTHING
            """,
            ("@agreement", agreement), ("@root", root), ("@volume", space.Volume), ("@offset", space.Offset), ("@length", length),
            ("@stagedUntil", stagedUntil)) == 1;

    /// <summary>Adds rows that were inserted to what sums them up.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="agreement">Whose they are.</param>
    /// <param name="added">How many, their leaves, and bytes of their records.</param>
    /// <param name="use">Bytes of their records by volume.</param>
    public static void AddSums(
        SqliteConnection connection, long agreement, (long Fragments, long Leaves, long Bytes) added, IReadOnlyDictionary<long, long> use)
    {
        if (added.Fragments == 0)
            return;
        AddStaged(connection, agreement, added.Leaves);
        Prepared.Execute(
            connection, "UPDATE store_totals SET fragments = fragments + @fragments, bytes = bytes + @bytes",
            ("@fragments", added.Fragments), ("@bytes", added.Bytes));
        foreach (var (volume, bytes) in use)
            AddUse(connection, volume, bytes);
    }

    /// <summary>Whether the disk no longer returns the fragment as it was stored.</summary>
    public static bool IsRotten(SqliteConnection connection, FragmentRow fragment) =>
        Prepared.Number(connection, "SELECT count(*) FROM rotten WHERE fragment = @id", ("@id", fragment.Id)) > 0;

    /// <summary>Puts a fragment where it was stored anew, as long as before, and notes the damaged space to be given back.</summary>
    public static void Replace(SqliteConnection connection, FragmentRow damaged, VolumeSpace space, long stagedUntil)
    {
        Move(connection, damaged, space);
        connection.Execute("DELETE FROM rotten WHERE fragment = @Id", new { damaged.Id });
        Restage(connection, damaged.Id, stagedUntil);
    }

    /// <summary>Notes that a fragment was copied. False, with nothing changed, if it is not any more where it was copied from.</summary>
    public static bool TryMove(SqliteConnection connection, FragmentRow fragment, VolumeSpace space)
    {
        if (Find(connection, fragment.Agreement, fragment.Root) is not { } now || (now.Id, now.Space) != (fragment.Id, fragment.Space))
            return false;
        Move(connection, fragment, space);
        return true;
    }

    static void Move(SqliteConnection connection, FragmentRow fragment, VolumeSpace space)
    {
        var old = fragment.Space;
        Prepared.Execute(
            connection, "UPDATE fragments SET volume = @volume, offset = @offset WHERE id = @id",
            ("@volume", space.Volume), ("@offset", space.Offset), ("@id", fragment.Id));
        Prepared.Execute(
            connection, "INSERT INTO reclaimable(volume, offset, length) VALUES (@volume, @offset, @length)",
            ("@volume", old.Volume), ("@offset", old.Offset), ("@length", old.Length));
        AddUse(connection, old.Volume, -old.Length);
        AddUse(connection, space.Volume, space.Length);
    }

    static void AddUse(SqliteConnection connection, long volume, long bytes) => Prepared.Execute(
        connection,
        "INSERT INTO volume_use(volume, bytes) VALUES (@volume, @bytes) ON CONFLICT(volume) DO UPDATE SET bytes = bytes + excluded.bytes",
        ("@volume", volume), ("@bytes", bytes));

    public static void Restage(SqliteConnection connection, long id, long stagedUntil) => Prepared.Execute(
        connection, "UPDATE fragments SET staged_until = max(staged_until, @stagedUntil) WHERE id = @id",
        ("@stagedUntil", stagedUntil), ("@id", id));

    /// <summary>Adds to the number of slot rows that name a fragment, and keeps the agreement's staged leaves in step.</summary>
    public static void AddReferences(SqliteConnection connection, FragmentRow fragment, long change)
    {
        Prepared.Execute(connection, "UPDATE fragments SET refs = refs + @change WHERE id = @id", ("@change", change), ("@id", fragment.Id));
        var staged = (fragment.Refs + change == 0 ? 1 : 0) - (fragment.Refs == 0 ? 1 : 0);
        if (staged != 0)
            AddStaged(connection, fragment.Agreement, staged * fragment.Leaves);
    }

    /// <summary>Leaves of an agreement that no revision names.</summary>
    public static void AddStaged(SqliteConnection connection, long agreement, long leaves) => Prepared.Execute(
        connection, "UPDATE agreements SET staged_leaves = staged_leaves + @leaves WHERE key = @agreement", ("@leaves", leaves), ("@agreement", agreement));

    /// <summary>
    /// Forgets a fragment that nothing refers to, and notes its space for the disk blocks to be given back after the commit.
    /// </summary>
    public static void Delete(SqliteConnection connection, FragmentRow fragment)
    {
        var space = fragment.Space;
        connection.Execute(
            """
            DELETE FROM fragments WHERE id = @Id;
            INSERT INTO reclaimable(volume, offset, length) VALUES (@Volume, @Offset, @Length);
            UPDATE agreements SET staged_leaves = staged_leaves - @Leaves WHERE key = @Agreement;
            UPDATE store_totals SET fragments = fragments - 1, bytes = bytes - @Length
            """,
            new { fragment.Id, space.Volume, space.Offset, space.Length, fragment.Leaves, fragment.Agreement });
        AddUse(connection, space.Volume, -space.Length);
    }
}
