using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Marketplace.Provider.Persistence;

/// <summary>
/// Group commit. Operations that arrive while a batch is being made durable form the next one, and share its fsyncs: first the volumes',
/// then the index's. An operation's caller continues only when both have succeeded.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    const int LargestBatch = 256;

    /// <summary>Rows that may change before the log is brought into the index: it grows by a page or more with each.</summary>
    const int ChangesPerCheckpoint = 8192;

    const int SqliteBusy = 5, SqliteConstraint = 19, SqliteFull = 13;

    readonly Channel<Operation> channel =
        Channel.CreateBounded<Operation>(new BoundedChannelOptions(4 * LargestBatch) { SingleReader = true });
    readonly StoreDatabase database;
    readonly StoreHealth health;
    readonly Action syncVolumes;
    readonly Task loop;
    int changesAtCheckpoint;

    /// <param name="database">The index.</param>
    /// <param name="health">Failed for good by the first fsync that fails.</param>
    /// <param name="syncVolumes">Makes every byte durable that was written to a volume before the call.</param>
    public WriteQueue(StoreDatabase database, StoreHealth health, Action syncVolumes)
    {
        this.database = database;
        this.health = health;
        this.syncVolumes = syncVolumes;
        loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Runs an operation in the writer's transaction and returns its result when it is durable. An exception in it undoes it alone.
    /// Cancellation only leaves the queue's entrance: once accepted, the outcome is awaited.
    /// </summary>
    /// <exception cref="StoreFailedException">The store has failed; the operation may or may not be found after a restart.</exception>
    /// <exception cref="StoreOutOfSpaceException">The disk is full; nothing of it was kept.</exception>
    public async Task<T> ExecuteAsync<T>(Func<WriteScope, T> operation, CancellationToken cancellationToken)
    {
        health.ThrowIfFailed();
        var queued = new Operation<T>(operation, database.Writer);
        try
        {
            await channel.Writer.WriteAsync(queued, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(WriteQueue));
        }
        return await queued.Completion.Task.ConfigureAwait(false);
    }

    /// <summary>Finishes what was accepted and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        channel.Writer.TryComplete();
        await loop.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        var batch = new List<Operation>(LargestBatch);
        while (await channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < LargestBatch && channel.Reader.TryRead(out var operation))
                batch.Add(operation);
            Commit(batch);
            batch.Clear();
        }
    }

    void Commit(List<Operation> batch)
    {
        try
        {
            health.ThrowIfFailed();
            syncVolumes();
            WriterTransaction.Run(database.Writer, () => batch.ForEach(RunAlone));
            batch.ForEach(operation => operation.Succeed());
            CheckpointIfDue();
        }
        catch (Exception exception)
        {
            var reason = Judge(exception);
            batch.ForEach(operation => operation.Fail(reason));
        }
    }

    static void RunAlone(Operation operation)
    {
        var connection = operation.Scope.Connection;
        Prepared.Execute(connection, "SAVEPOINT operation");
        try
        {
            operation.Run();
            Prepared.Execute(connection, "RELEASE operation");
        }
        catch (Exception exception) when (exception is not SqliteException { SqliteErrorCode: not SqliteConstraint })
        {
            connection.Execute("ROLLBACK TO operation; RELEASE operation");
            operation.Fail(exception);
        }
    }

    /// <summary>Only a full disk and a lock held by somebody's shell are survived; anything else leaves what is on disk in doubt.</summary>
    Exception Judge(Exception exception)
    {
        switch (exception)
        {
            case StoreFailedException:
                return exception;
            case SqliteException { SqliteErrorCode: SqliteFull }:
                return new StoreOutOfSpaceException(exception);
            case SqliteException { SqliteErrorCode: SqliteBusy }:
                return exception;
            default:
                health.Fail(exception);
                return new StoreFailedException(exception);
        }
    }

    void CheckpointIfDue()
    {
        var changes = raw.sqlite3_total_changes(database.Writer.Handle);
        if (unchecked(changes - changesAtCheckpoint) < ChangesPerCheckpoint)
            return;
        changesAtCheckpoint = changes;
        try
        {
            database.Writer.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SqliteFull or SqliteBusy)
        {
            // The log keeps everything until a later checkpoint has room.
        }
    }

    abstract class Operation(SqliteConnection connection)
    {
        public WriteScope Scope { get; } = new(connection);

        public abstract void Run();

        public abstract void Succeed();

        public abstract void Fail(Exception reason);
    }

    sealed class Operation<T>(Func<WriteScope, T> body, SqliteConnection connection) : Operation(connection)
    {
        T? result;
        bool undone;

        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Run() => result = body(Scope);

        public override void Succeed()
        {
            if (undone)
                return;
            Scope.Committed();
            Completion.TrySetResult(result!);
        }

        public override void Fail(Exception reason)
        {
            if (undone || Completion.Task.IsCompleted)
                return;
            undone = true;
            Scope.RolledBack();
            Completion.TrySetException(reason);
        }
    }
}
