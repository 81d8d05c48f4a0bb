using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Persistence;

/// <summary>
/// Statements that are run for every fragment, compiled once for each connection: compiling one takes SQLite longer than running it. For a
/// connection's one user at a time.
/// </summary>
internal static class Prepared
{
    static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, Statement>> Statements = [];

    /// <summary>Runs a statement.</summary>
    /// <param name="connection">An open one.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="parameters">All of its parameters, in the same order whenever it is run.</param>
    /// <returns>Rows that it changed, if it changes any.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public static int Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        using var run = Start(connection, sql, parameters);
        while (run.Step())
        {
            // What it returns is of no interest.
        }
        return run.Changes;
    }

    /// <summary>The first column of the first row.</summary>
    public static long Number(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        using var run = Start(connection, sql, parameters);
        return run.Step() ? run.Row.GetInt64(0) : throw new InvalidOperationException("The statement has no row.");
    }

    /// <summary>The first row; null when there is none.</summary>
    public static T? FirstOrDefault<T>(
        SqliteConnection connection, string sql, Func<SqlRow, T> read, params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
        where T : class
    {
        using var run = Start(connection, sql, parameters);
        return run.Step() ? read(run.Row) : null;
    }

    /// <summary>All rows.</summary>
    public static void ForEach(
        SqliteConnection connection, string sql, Action<SqlRow> take, params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        using var run = Start(connection, sql, parameters);
        while (run.Step())
            take(run.Row);
    }

    /// <summary>Gives a connection's statements back. Before it is closed: SQLite ends a connection, and its log, only without any.</summary>
    public static void Release(SqliteConnection connection)
    {
        if (!Statements.TryGetValue(connection, out var known))
            return;
        Statements.Remove(connection);
        foreach (var statement in known.Values)
            statement.Dispose();
    }

    static Statement.Run Start(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        var known = Statements.GetOrCreateValue(connection);
        if (!known.TryGetValue(sql, out var statement))
            known.Add(sql, statement = new Statement(connection.Handle!, sql, parameters));
        return statement.Start(parameters);
    }
}
