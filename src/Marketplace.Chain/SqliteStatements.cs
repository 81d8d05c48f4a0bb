using Marketplace.Ethereum.Primitives;
using Microsoft.Data.Sqlite;

namespace Marketplace.Chain;

/// <summary>
/// Short forms for the few statements of this project; a parameter is named by its place, <c>$0</c>, <c>$1</c> and so on.
/// </summary>
static class SqliteStatements
{
    const int MaxPrefix = 32;

    /// <summary>A prefix becomes part of table names, so nothing but lower-case letters, digits and underscores gets in.</summary>
    /// <exception cref="ArgumentException">Another character, no letter at the start, or too long.</exception>
    public static string RequirePrefix(string prefix) =>
        prefix.Length is > 0 and <= MaxPrefix && char.IsAsciiLetterLower(prefix[0])
        && prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            ? prefix
            : throw new ArgumentException("A table prefix starts with a lower-case letter, followed by such letters, digits and underscores.", nameof(prefix));

    public static int Execute(this SqliteTransaction transaction, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = transaction.Connection!.Prepare(transaction, sql, values);
        return command.ExecuteNonQuery();
    }

    public static List<T> Query<T>(this SqliteTransaction transaction, string sql, Func<SqliteDataReader, T> read,
        params ReadOnlySpan<object?> values)
    {
        using var command = transaction.Connection!.Prepare(transaction, sql, values);
        return ReadAll(command, read);
    }

    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read,
        params ReadOnlySpan<object?> values)
    {
        using var command = connection.Prepare(null, sql, values);
        return ReadAll(command, read);
    }

    public static Hash256 GetHash(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    public static Address GetAddress(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    public static ulong GetUInt64(this SqliteDataReader reader, int column) => checked((ulong)reader.GetInt64(column));

    static List<T> ReadAll<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    static SqliteCommand Prepare(this SqliteConnection connection, SqliteTransaction? transaction, string sql, ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i}", ToColumn(values[i]));
        return command;
    }

    static object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        Hash256 hash => hash.ToArray(),
        Address address => address.ToArray(),
        ulong number => checked((long)number),
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        Enum state => Convert.ToInt64(state, System.Globalization.CultureInfo.InvariantCulture),
        _ => value,
    };
}
