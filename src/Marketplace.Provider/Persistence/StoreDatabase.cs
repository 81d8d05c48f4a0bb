using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Persistence;

/// <summary>The store's index in SQLite: one writer (<see cref="WriteQueue"/>), and readers that see what was last committed.</summary>
internal sealed class StoreDatabase : IDisposable
{
    /// <summary>Connections that are kept for reading: more are opened when more read at a time, and closed afterwards.</summary>
    const int KeptReaders = 16;

    /// <summary>Another process that looks into the index, a shell say, may hold a lock for a moment.</summary>
    const string WaitForLocks = "PRAGMA busy_timeout=5000";

    readonly string readerConnection;
    readonly ConcurrentStack<SqliteConnection> readers = [];

    StoreDatabase(string path, SqliteConnection writer)
    {
        Path = path;
        Writer = writer;
        readerConnection = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
    }

    public string Path { get; }

    /// <summary>For the write queue alone.</summary>
    public SqliteConnection Writer { get; }

    /// <summary>Opens or creates the index, and brings its schema up to date.</summary>
    /// <exception cref="StoreSchemaException">The file was written by a newer version.</exception>
    public static StoreDatabase Open(string path)
    {
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            writer.Open();
            // FULL: every commit in the write-ahead log is fsynced, and SQLite reports a failure as SQLITE_IOERR_FSYNC. Checkpoints
            // are run by the write queue because the automatic ones hide their errors.
            writer.Execute("""
                PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
                PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;
                """ + WaitForLocks);
            Schema.Migrate(writer);
            return new StoreDatabase(path, writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Whether no store was ever opened with this index.</summary>
    public bool IsNew => Writer.ExecuteScalar<long>("SELECT opened FROM store_totals") == 0;

    /// <summary>The first write makes the log file exist; its directory entry must not be lost with the commits in it.</summary>
    public void MarkOpened(IDurability durability)
    {
        Writer.Execute("UPDATE store_totals SET opened = opened + 1");
        durability.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Runs a query on one consistent snapshot.</summary>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        SqliteConnection? connection = readers.TryPop(out var free) ? free : OpenReader();
        try
        {
            Prepared.Execute(connection, "BEGIN");
            var result = query(connection);
            Prepared.Execute(connection, "COMMIT");
            if (readers.Count >= KeptReaders)
                return result;
            readers.Push(connection);
            connection = null;
            return result;
        }
        finally
        {
            // Also where a query failed: nobody else meets what it left behind.
            if (connection is not null)
                Close(connection);
        }
    }

    public void Dispose()
    {
        while (readers.TryPop(out var reader))
            Close(reader);
        Close(Writer);
    }

    static void Close(SqliteConnection connection)
    {
        Prepared.Release(connection);
        connection.Dispose();
    }

    /// <remarks>Kept with its compiled statements, unlike the library's pool, which compiles them anew for each fragment.</remarks>
    SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(readerConnection);
        connection.Open();
        connection.Execute(WaitForLocks);
        return connection;
    }
}
