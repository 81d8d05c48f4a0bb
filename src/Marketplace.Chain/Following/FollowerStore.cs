using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Following;

/// <summary>
/// The follower's memory: which blocks are applied, with the logs of the newest ones so that they can be undone. The highest row is the
/// cursor; it is changed only in the transaction that changes the projections.
/// </summary>
sealed class FollowerStore(FollowerOptions options, IReadOnlyList<IProjection> projections)
{
    const string SchemaVersion = "1";

    readonly string blocks = options.TablePrefix + "blocks";
    readonly string facts = options.TablePrefix + "facts";

    string Identity => string.Create(CultureInfo.InvariantCulture,
        $"chain {options.ChainId}, market {options.Market}, from block {options.StartBlock}");

    string Projections =>
        string.Join(",", projections.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Name}:{item.Version}")));

    /// <summary>Makes the tables, and resets the projections if one is new or of another version.</summary>
    /// <exception cref="FollowerDatabaseMismatchException">The database belongs to another chain or market.</exception>
    public void Open(SqliteTransaction transaction)
    {
        transaction.Execute($"CREATE TABLE IF NOT EXISTS {facts} (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
        transaction.Execute($"CREATE TABLE IF NOT EXISTS {blocks} (number INTEGER PRIMARY KEY, hash BLOB NOT NULL, time INTEGER NOT NULL, logs TEXT)");
        if (Fact(transaction, "schema") is { } schema && schema != SchemaVersion)
            throw new FollowerDatabaseMismatchException($"schema {schema} of the follower", $"schema {SchemaVersion}");
        if (Fact(transaction, "identity") is { } stored && stored != Identity)
            throw new FollowerDatabaseMismatchException(stored, Identity);
        if (Fact(transaction, "projections") is { } applied && applied != Projections)
            Reset(transaction);
        foreach (var projection in projections)
            projection.Create(transaction);
        SetFact(transaction, "schema", SchemaVersion);
        SetFact(transaction, "identity", Identity);
        SetFact(transaction, "projections", Projections);
    }

    /// <summary>The block up to which everything is applied; null before the first.</summary>
    public ChainPosition? Cursor(SqliteConnection connection) =>
        connection.Query($"SELECT number, hash, time FROM {blocks} ORDER BY number DESC LIMIT 1", ReadPosition) is [var cursor]
            ? cursor : null;

    /// <summary>Remembered blocks below a height, the highest first.</summary>
    public IReadOnlyList<ChainPosition> Below(SqliteConnection connection, ulong number, int count) =>
        connection.Query($"SELECT number, hash, time FROM {blocks} WHERE number < $0 ORDER BY number DESC LIMIT $1", ReadPosition, number,
            count);

    /// <summary>Undoes all blocks above <paramref name="keep"/>; returns how many of them held logs.</summary>
    public int RevertAbove(SqliteTransaction transaction, ulong keep)
    {
        var undone = transaction.Query($"SELECT number, hash, time, logs FROM {blocks} WHERE number > $0 AND logs IS NOT NULL ORDER BY number DESC", ReadBlock, keep);
        foreach (var block in undone)
        {
            foreach (var projection in projections.Reverse())
                projection.Revert(transaction, block);
        }
        transaction.Execute($"DELETE FROM {blocks} WHERE number > $0", keep);
        return undone.Count;
    }

    /// <summary>Forgets everything, so that the chain is applied from the market's first block.</summary>
    public void Reset(SqliteTransaction transaction)
    {
        foreach (var projection in projections.Reverse())
            projection.Reset(transaction);
        transaction.Execute($"DELETE FROM {blocks}");
    }

    /// <summary>Applies a stretch of blocks and forgets those that are too old to be undone.</summary>
    public int Apply(SqliteTransaction transaction, ChainStretch stretch)
    {
        foreach (var block in stretch.WithLogs)
        {
            foreach (var projection in projections)
                projection.Apply(transaction, block);
        }
        var logs = stretch.WithLogs.ToDictionary(block => block.Position.Number, block => LogText.Write(block.Logs));
        foreach (var position in stretch.Remembered)
        {
            transaction.Execute($"INSERT INTO {blocks} (number, hash, time, logs) VALUES ($0, $1, $2, $3)",
                position.Number, position.Hash, position.Timestamp.ToUnixTimeSeconds(), logs.GetValueOrDefault(position.Number));
        }
        var oldest = checked((long)stretch.Last.Number) - options.HistoryBlocks;
        transaction.Execute($"DELETE FROM {blocks} WHERE number < $0", oldest);
        return stretch.WithLogs.Count;
    }

    string? Fact(SqliteTransaction transaction, string name) =>
        transaction.Query($"SELECT value FROM {facts} WHERE name = $0", row => row.GetString(0), name).FirstOrDefault();

    void SetFact(SqliteTransaction transaction, string name, string value) =>
        transaction.Execute($"INSERT INTO {facts} (name, value) VALUES ($0, $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name, value);

    static ChainPosition ReadPosition(SqliteDataReader row) =>
        new(row.GetUInt64(0), row.GetHash(1), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)));

    static FollowedBlock ReadBlock(SqliteDataReader row)
    {
        var position = ReadPosition(row);
        return new FollowedBlock(position, LogText.Read(row.GetString(3), position));
    }
}
