using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Persistence;

/// <summary>
/// Statements that are run for every fragment, compiled once for each connection: compiling one takes SQLite longer than running it. For a
/// connection's one user at a time; they go with it.
/// </summary>
internal static class Prepared
{
    static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, SqliteCommand>> Commands = [];

    /// <summary>Runs one or more statements.</summary>
    /// <returns>Rows that the statements changed.</returns>
    public static int Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        Bound(connection, sql, parameters).ExecuteNonQuery();

    /// <summary>The first column of the first row.</summary>
    public static long Number(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        (long)Bound(connection, sql, parameters).ExecuteScalar()!;

    /// <summary>The first row; null when there is none.</summary>
    public static T? FirstOrDefault<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
        where T : class
    {
        using var rows = Bound(connection, sql, parameters).ExecuteReader();
        return rows.Read() ? read(rows) : null;
    }

    /// <summary>All rows.</summary>
    public static void ForEach(
        SqliteConnection connection, string sql, Action<SqliteDataReader> take, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var rows = Bound(connection, sql, parameters).ExecuteReader();
        while (rows.Read())
            take(rows);
    }

    static SqliteCommand Bound(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var known = Commands.GetOrCreateValue(connection);
        if (!known.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            known.Add(sql, command);
        }
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value;
        return command;
    }
}
