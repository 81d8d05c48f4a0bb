using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Tests;

/// <summary>A SQLite file that is gone when disposed. One file for all parts of a test, as in a provider.</summary>
sealed class TemporaryDatabase : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-chain-").FullName;

    public TemporaryDatabase()
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "test.db")};Pooling=True");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF";
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
