using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Marketplace.Provider.Persistence;

/// <summary>A value that a statement is given: a number or bytes.</summary>
internal readonly struct SqlValue
{
    readonly long number;
    readonly byte[]? bytes;

    SqlValue(long number, byte[]? bytes) => (this.number, this.bytes) = (number, bytes);

    public static implicit operator SqlValue(long number) => new(number, null);

    public static implicit operator SqlValue(byte[] bytes) => new(0, bytes);

    /// <summary>The result code.</summary>
    public int BindTo(sqlite3_stmt statement, int index) =>
        bytes is null ? raw.sqlite3_bind_int64(statement, index, number) : raw.sqlite3_bind_blob(statement, index, bytes);
}

/// <summary>A row that a statement stands at; valid until its next step.</summary>
internal readonly struct SqlRow(sqlite3_stmt statement)
{
    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A copy of a column's bytes.</summary>
    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();
}

/// <summary>
/// A compiled statement, run through SQLite's own calls: the library's commands look each parameter up by its name, and make a reader for each run,
/// which takes longer than what most of these statements do.
/// </summary>
internal sealed class Statement : IDisposable
{
    readonly sqlite3 database;
    readonly sqlite3_stmt statement;
    readonly int[] places;

    /// <exception cref="SqliteException">It cannot be compiled.</exception>
    /// <exception cref="ArgumentException">It is more than one, or has no such parameter.</exception>
    public Statement(sqlite3 database, string sql, ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement, out var rest));
        if (!string.IsNullOrWhiteSpace(rest))
            throw new ArgumentException($"Only one statement can be compiled: {sql}", nameof(sql));
        places = new int[parameters.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = raw.sqlite3_bind_parameter_index(statement, parameters[i].Name);
            if (places[i] == 0)
                throw new ArgumentException($"{parameters[i].Name} is no parameter of: {sql}", nameof(parameters));
        }
        if (raw.sqlite3_bind_parameter_count(statement) != places.Length)
            throw new ArgumentException($"Values are missing for: {sql}", nameof(parameters));
    }

    /// <summary>Begins to run it; ended by disposing the run.</summary>
    public Run Start(ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        for (var i = 0; i < places.Length; i++)
            Check(parameters[i].Value.BindTo(statement, places[i]));
        return new Run(this);
    }

    public void Dispose() => statement.Dispose();

    void Check(int code) => SqliteException.ThrowExceptionForRC(code, database);

    /// <summary>One run of a statement.</summary>
    public readonly ref struct Run(Statement owner)
    {
        /// <summary>The row that it stands at.</summary>
        public SqlRow Row => new(owner.statement);

        /// <summary>Rows that the connection's last change changed.</summary>
        public int Changes => raw.sqlite3_changes(owner.database);

        /// <summary>Goes on to the next row; false after the last one.</summary>
        /// <exception cref="SqliteException">It failed.</exception>
        public bool Step()
        {
            var code = raw.sqlite3_step(owner.statement);
            if (code == raw.SQLITE_ROW)
                return true;
            if (code != raw.SQLITE_DONE)
                owner.Check(code);
            return false;
        }

        /// <summary>Lets go of what it holds in the database.</summary>
        public void Dispose()
        {
            // Says again what the last step said, which was thrown.
            _ = raw.sqlite3_reset(owner.statement);
        }
    }
}
