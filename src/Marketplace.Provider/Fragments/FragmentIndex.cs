using System.Buffers.Binary;
using Dapper;
using Marketplace.Core.Primitives;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>A fragment's row.</summary>
internal sealed record FragmentRow(long Id, long Agreement, byte[] Root, long Volume, long Offset, long Length, long Refs)
{
    public const string Columns = "id, agreement, root, volume, offset, length, refs";

    public long Leaves => Length / FragmentBlocks.LeafBytes;

    public VolumeSpace Space => new(Volume, Offset, FragmentRecord.SizeOf(Length));
}

/// <summary>What an upload is admitted by.</summary>
internal sealed record QuotaRow(long Key, long Gib, long Closed, long Weight, long StagedLeaves);

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

    public static QuotaRow? FindQuota(SqliteConnection connection, AgreementId agreement) => connection.QuerySingleOrDefault<QuotaRow>(
        "SELECT key AS Key, gib AS Gib, closed AS Closed, weight AS Weight, staged_leaves AS StagedLeaves "
            + "FROM agreements WHERE agreement = @id",
        new { id = ToBlob(agreement) });

    public static FragmentRow? Find(SqliteConnection connection, AgreementId agreement, byte[] root) =>
        connection.QuerySingleOrDefault<FragmentRow>(
        $"SELECT {FragmentRow.Columns} FROM fragments "
            + "WHERE agreement = (SELECT key FROM agreements WHERE agreement = @id) AND root = @root",
        new { id = ToBlob(agreement), root });

    public static FragmentRow? Find(SqliteConnection connection, long agreement, byte[] root) =>
        connection.QuerySingleOrDefault<FragmentRow>(
        $"SELECT {FragmentRow.Columns} FROM fragments WHERE agreement = @agreement AND root = @root", new { agreement, root });

    public static long StoredBytes(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT bytes FROM store_totals");

    public static void Insert(SqliteConnection connection, long agreement, byte[] root, VolumeSpace space, long length, long stagedUntil)
    {
        connection.Execute(
            """
            INSERT INTO fragments(agreement, root, volume, offset, length, refs, staged_until)
            VALUES (@agreement, @root, @Volume, @Offset, @length, 0, @stagedUntil);
            UPDATE agreements SET staged_leaves = staged_leaves + @leaves WHERE key = @agreement;
            UPDATE store_totals SET fragments = fragments + 1, bytes = bytes + @Length
            """,
            new { agreement, root, space.Volume, space.Offset, length, stagedUntil,
                leaves = length / FragmentBlocks.LeafBytes, space.Length });
    }

    /// <summary>Whether the disk no longer returns the fragment as it was stored.</summary>
    public static bool IsRotten(SqliteConnection connection, FragmentRow fragment) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM rotten WHERE fragment = @Id", new { fragment.Id }) > 0;

    /// <summary>Puts a fragment where it was stored anew, as long as before, and notes the damaged space to be given back.</summary>
    public static void Replace(SqliteConnection connection, FragmentRow damaged, VolumeSpace space, long stagedUntil)
    {
        var old = damaged.Space;
        connection.Execute(
            """
            UPDATE fragments SET volume = @Volume, offset = @Offset, staged_until = max(staged_until, @stagedUntil) WHERE id = @Id;
            DELETE FROM rotten WHERE fragment = @Id;
            INSERT INTO reclaimable(volume, offset, length) VALUES (@oldVolume, @oldOffset, @Length)
            """,
            new { damaged.Id, space.Volume, space.Offset, stagedUntil, oldVolume = old.Volume, oldOffset = old.Offset, old.Length });
    }

    public static void Restage(SqliteConnection connection, long id, long stagedUntil) => connection.Execute(
        "UPDATE fragments SET staged_until = max(staged_until, @stagedUntil) WHERE id = @id", new { id, stagedUntil });

    /// <summary>Adds to the number of slot rows that name a fragment, and keeps the agreement's staged leaves in step.</summary>
    public static void AddReferences(SqliteConnection connection, FragmentRow fragment, long change)
    {
        connection.Execute("UPDATE fragments SET refs = refs + @change WHERE id = @Id", new { change, fragment.Id });
        var staged = (fragment.Refs + change == 0 ? 1 : 0) - (fragment.Refs == 0 ? 1 : 0);
        if (staged != 0)
        {
            connection.Execute(
                "UPDATE agreements SET staged_leaves = staged_leaves + @leaves WHERE key = @Agreement",
                new { leaves = staged * fragment.Leaves, fragment.Agreement });
        }
    }

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
    }
}
