using System.Buffers.Binary;
using System.Security.Cryptography;
using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Benchmarks.Stores;

/// <summary>
/// A provider's store with many fragments of one leaf, as if they had been uploaded: the index is whole, the volumes are files in which only
/// what is asked for is written. Uploading as many would take hours.
/// </summary>
static class BigStore
{
    const int RecordBytes = 4096;

    /// <summary>Beyond what any agreement here holds.</summary>
    const ulong ReservedGiB = 64;

    static readonly long RecordsPerVolume = new StoreOptions { DataDirectory = "." }.VolumeBytes / RecordBytes;

    /// <summary>Makes it, with a checkpoint of all of it.</summary>
    public static async Task MakeAsync(string directory, int agreements, int fragmentsOfEach, CancellationToken cancellationToken)
    {
        await using (var store = Open(directory))
        {
            await Parallel.ForAsync(1, agreements + 1, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = cancellationToken }, async (number, token) =>
                await store.Agreements.RegisterAsync(TermsOf(number), token));
        }
        MakeVolumes(directory, (long)agreements * fragmentsOfEach);
        using (var connection = new SqliteConnection($"Data Source={IndexOf(directory)};Pooling=False"))
        {
            connection.Open();
            connection.Execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-1048576; PRAGMA foreign_keys=OFF; BEGIN");
            MakeFragments(connection, agreements, fragmentsOfEach, cancellationToken);
            TreeRebuild.Run(connection);
            MakeRevisions(connection, fragmentsOfEach);
            connection.Execute("COMMIT");
            Prepared.Release(connection);
            connection.Execute("PRAGMA journal_mode=WAL");
        }
        await using var filled = Open(directory);
        await filled.Checkpoints.BuildAsync(cancellationToken);
    }

    public static ProviderStore Open(string directory) =>
        ProviderStore.Open(new StoreOptions { DataDirectory = directory }, TimeProvider.System, NullLogger<ProviderStore>.Instance);

    public static AgreementTerms TermsOf(int number) =>
        new(new AgreementId((UInt128)number), Address.Zero, new GiB(ReservedGiB), new Epoch(1), new Epoch(1_000_000));

    /// <summary>Writes a fragment's bytes to its place.</summary>
    public static void Write(string directory, AgreementId agreement, Hash256 root)
    {
        using var connection = new SqliteConnection($"Data Source={IndexOf(directory)};Pooling=False;Mode=ReadOnly");
        connection.Open();
        var row = FragmentIndex.Find(connection, agreement, root.ToArray())!;
        Prepared.Release(connection);
        var record = new byte[FragmentRecord.HeaderSize + FragmentBlocks.LeafBytes];
        FragmentRecord.WriteHeader(record, agreement, row.Root, row.Length);
        LeafOf((row.Volume - 1) * RecordsPerVolume + row.Offset / RecordBytes).CopyTo(record, FragmentRecord.HeaderSize);
        using var volume = File.OpenHandle(VolumeOf(directory, row.Volume), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(volume, record, row.Offset);
        RandomAccess.FlushToDisk(volume);
    }

    /// <summary>Has the system forget what it keeps of the store's files, so that the next question is answered from the disk.</summary>
    public static void DropCached(string directory)
    {
        var durability = new PosixDurability();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            durability.DropCached(file, 0, 0);
        }
    }

    static void MakeVolumes(string directory, long records)
    {
        for (var volume = 1L; (volume - 1) * RecordsPerVolume < records; volume++)
        {
            using var file = File.Create(VolumeOf(directory, volume));
            file.SetLength(RecordsPerVolume * RecordBytes);
        }
    }

    static void MakeFragments(SqliteConnection connection, int agreements, int fragmentsOfEach, CancellationToken cancellationToken)
    {
        var root = new byte[32];
        for (var number = 0L; number < (long)agreements * fragmentsOfEach; number++)
        {
            if (number % 100_000 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            SHA256.HashData(LeafOf(number), root);
            var (agreement, slot) = (number / fragmentsOfEach + 1, number % fragmentsOfEach);
            Prepared.Execute(
                connection,
                """
                INSERT INTO fragments(id, agreement, root, volume, offset, length, refs, staged_until)
                VALUES (@id, @agreement, @root, @volume, @offset, 1024, 1, 0)
                """,
                ("@id", number + 1), ("@agreement", agreement), ("@root", root),
                ("@volume", number / RecordsPerVolume + 1), ("@offset", number % RecordsPerVolume * RecordBytes));
            Prepared.Execute(
                connection,
                FillSlot,
                ("@agreement", agreement), ("@slot", slot), ("@id", number + 1));
        }
        connection.Execute(
            $"""
            INSERT INTO volume_use(volume, bytes) SELECT volume, count(*) * {RecordBytes} FROM fragments GROUP BY volume;
            INSERT INTO sealed_volumes(id) SELECT volume FROM volume_use;
            UPDATE store_totals SET fragments = (SELECT count(*) FROM fragments), bytes = (SELECT sum(bytes) FROM volume_use);
            """);
    }

    static readonly string FillSlot =
        $"INSERT INTO slots(agreement, slot, from_revision, to_revision, fragment) VALUES (@agreement, @slot, 1, {Schema.Open}, @id)";

    static void MakeRevisions(SqliteConnection connection, int fragmentsOfEach)
    {
        foreach (var agreement in connection.Query<long>("SELECT key FROM agreements").ToList())
        {
            var root = TreeIndex.Open(connection, agreement, 1).Root;
            AgreementIndex.InsertRevision(
                connection, agreement, new StoredRevision(1, root.Hash.ToHash256(), root.Weight, new byte[65], new byte[65]));
        }
        connection.Execute("UPDATE agreements SET occupied = @fragmentsOfEach", new { fragmentsOfEach });
    }

    static byte[] LeafOf(long number)
    {
        var leaf = new byte[FragmentBlocks.LeafBytes];
        BinaryPrimitives.WriteInt64BigEndian(leaf, number);
        return leaf;
    }

    static string IndexOf(string directory) => Path.Combine(directory, "index.db");

    static string VolumeOf(string directory, long volume) => Path.Combine(directory, "volumes", $"{volume:D8}.volume");
}
