using Dapper;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Catalog;

/// <summary>
/// The vault's SQLite file: what is stored where. One connection, used by one caller at a time; every change is one transaction that is on
/// disk when
/// the call returns. Several processes may read it; who changes it holds the vault's writer lock.
/// </summary>
public sealed class CatalogDatabase : IDisposable
{
    readonly SqliteConnection connection;
    readonly Lock gate = new();
    bool isClosed;

    CatalogDatabase(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the file, making it (mode 0600) or bringing its tables up to date first.</summary>
    /// <param name="path">In a directory that exists.</param>
    /// <exception cref="CatalogUnusableException">Not a catalog, damaged, or newer than this program.</exception>
    public static CatalogDatabase Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        if (!File.Exists(path))
            Create(path);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            connection.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;");
            Migrate(connection);
            return new CatalogDatabase(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new CatalogUnusableException($"The catalog {path} cannot be used: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs reads that see one moment.</summary>
    /// <exception cref="ObjectDisposedException">It was closed meanwhile.</exception>
    public T Read<T>(Func<CatalogTransaction, T> read) => Run(read, deferred: true);

    /// <summary>Runs changes that happen wholly or, when it throws, not at all.</summary>
    public T Write<T>(Func<CatalogTransaction, T> change) => Run(change, deferred: false);

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<CatalogTransaction> change) => Run<object?>(
        transaction =>
        {
            change(transaction);
            return null;
        },
        deferred: false);

    /// <summary>Closes the file, after who uses it now.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            connection.Dispose();
        }
    }

    T Run<T>(Func<CatalogTransaction, T> work, bool deferred)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            using var transaction = connection.BeginTransaction(deferred);
            var open = new CatalogTransaction(connection, transaction);
            try
            {
                var result = work(open);
                transaction.Commit();
                return result;
            }
            finally
            {
                open.Release();
            }
        }
    }

    static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
    }

    static void Migrate(SqliteConnection connection)
    {
        while (true)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var version = connection.ExecuteScalar<long>("PRAGMA user_version", transaction: transaction);
            if (version > CatalogSchema.Steps.Length || version < 0)
                throw new CatalogUnusableException($"The catalog was written by a later version of this program (format {version}).");
            if (version == CatalogSchema.Steps.Length)
                return;
            connection.Execute(CatalogSchema.Steps[version], transaction: transaction);
            connection.Execute($"PRAGMA user_version = {version + 1}", transaction: transaction);
            transaction.Commit();
        }
    }
}
