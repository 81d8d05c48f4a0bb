using Dapper;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Catalog;

/// <summary>
/// Reads and changes inside one transaction. The parts are in files of their own: versions, agreements with their slots, and pending
/// revisions.
/// </summary>
public sealed partial class CatalogTransaction
{
    readonly SqliteConnection connection;
    readonly SqliteTransaction transaction;
    readonly Dictionary<string, SqliteCommand> repeated = [];

    internal CatalogTransaction(SqliteConnection connection, SqliteTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    /// <summary>A single value kept beside the tables; null when it was never set.</summary>
    public string? GetProperty(string name) => One<string>("SELECT value FROM properties WHERE name = @name", new { name });

    /// <summary>Sets a single value.</summary>
    public void SetProperty(string name, string value) =>
        Execute("INSERT INTO properties (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new { name, value });

    /// <summary>Differs whenever anything may have changed since: by this connection, or by another.</summary>
    public (long Own, long Others) GetMoment() => (One<long>("SELECT total_changes()"), One<long>("PRAGMA data_version"));

    IEnumerable<T> Many<T>(string sql, object? parameters = null) => connection.Query<T>(sql, parameters, transaction);

    T? One<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefault<T>(sql, parameters, transaction);

    int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, transaction);

    /// <summary>For what is done for many rows or in many calls, where the mapper takes longer than the database.</summary>
    SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>For what is done for each of thousands of objects in one transaction: compiled once. The command is the transaction's to dispose of.</summary>
    SqliteCommand Repeated(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!repeated.TryGetValue(sql, out var command))
        {
            repeated.Add(sql, command = Command(sql, parameters));
            return command;
        }
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value;
        return command;
    }

    /// <summary>Lets go of what was compiled.</summary>
    internal void Release()
    {
        foreach (var command in repeated.Values)
            command.Dispose();
        repeated.Clear();
    }

    /// <summary>SQLite's integers are signed: what does not fit was never agreed on.</summary>
    static long Signed(ulong value) => checked((long)value);
}
