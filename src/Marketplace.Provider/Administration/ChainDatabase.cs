using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Administration;

/// <summary>The database of what is derived from the chain and of transactions to be sent; apart from the fragments' index, which is never derived.</summary>
/// <param name="path">Its file; made where it is not there yet.</param>
public sealed class ChainDatabase(string path)
{
    readonly string connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();

    /// <summary>A new, open connection, which the caller disposes.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // FULL: a signed transaction is on disk before a node sees it.
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        command.ExecuteNonQuery();
        return connection;
    }
}
