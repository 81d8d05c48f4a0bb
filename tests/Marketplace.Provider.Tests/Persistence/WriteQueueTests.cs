using Dapper;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Tests.Persistence;

public sealed class WriteQueueTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("queue-").FullName;
    readonly StoreHealth health = new();
    readonly StoreDatabase database;

    public WriteQueueTests() => database = StoreDatabase.Open(Path.Combine(directory, "index.db"));

    [Fact]
    public async Task OperationThatThrows_IsUndoneAlone()
    {
        await using var queue = new WriteQueue(database, health, () => { });
        var undone = false;
        var operations = Enumerable.Range(1, 9).Select(i => queue.ExecuteAsync(
            scope =>
            {
                scope.AfterRollback(() => undone = true);
                scope.Connection.Execute("INSERT INTO sealed_volumes(id) VALUES (@i)", new { i });
                return i == 5 ? throw new InvalidDataException() : i;
            },
            CancellationToken.None)).ToList();
        await Assert.ThrowsAsync<InvalidDataException>(() => operations[4]);
        await Task.WhenAll(operations.Where((_, i) => i != 4));
        Assert.True(undone);
        Assert.Null(health.Failure);
        var ids = database.Read(connection => connection.Query<long>("SELECT id FROM sealed_volumes ORDER BY id").ToList());
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9], ids);
    }

    [Fact]
    public async Task FullDisk_RefusesTheBatch_AndTheNextOneFits()
    {
        await using var queue = new WriteQueue(database, health, () => { });
        var pages = database.Writer.ExecuteScalar<long>("PRAGMA page_count");
        database.Writer.Execute($"PRAGMA max_page_count = {pages + 2}");
        Task<int> InsertAsync(int bytes) => queue.ExecuteAsync(
            scope => scope.Connection.Execute(
                "INSERT INTO checkpoints VALUES ((SELECT count(*) FROM checkpoints), zeroblob(@bytes), 0, 0, 0)", new { bytes }),
            CancellationToken.None);
        await Assert.ThrowsAsync<StoreOutOfSpaceException>(() => InsertAsync(1 << 20));
        Assert.Null(health.Failure);
        Assert.Equal(1, await InsertAsync(10));
        Assert.Equal(1L, database.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM checkpoints")));
    }

    [Fact]
    public async Task VolumesThatFailToSync_FailTheBatchBeforeItIsWritten()
    {
        await using var queue = new WriteQueue(database, health, () => throw new DurabilityException("fsync", 5));
        var ran = false;
        await Assert.ThrowsAsync<StoreFailedException>(() => queue.ExecuteAsync(_ => ran = true, CancellationToken.None));
        Assert.False(ran);
        Assert.IsType<DurabilityException>(health.Failure);
    }

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
