using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Marketplace.Provider.Persistence;

/// <summary>
/// A transaction of the writer's by SQL alone. SQLite undoes one by itself when the disk fails or is full, after which the library's
/// transaction object fails to roll back, hides the reason, and leaves the connection unusable.
/// </summary>
internal static class WriterTransaction
{
    /// <summary>Commits what the body wrote, or leaves nothing of it and lets the exception through.</summary>
    public static void Run(SqliteConnection connection, Action body)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            body();
            connection.Execute("COMMIT");
        }
        catch
        {
            Undo(connection);
            throw;
        }
    }

    static void Undo(SqliteConnection connection)
    {
        var isUndone = raw.sqlite3_get_autocommit(connection.Handle) != 0;
        if (!isUndone)
            raw.sqlite3_exec(connection.Handle, "ROLLBACK");
    }
}
