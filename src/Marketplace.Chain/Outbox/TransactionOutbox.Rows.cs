using System.Globalization;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Outbox;

public sealed partial class TransactionOutbox
{
    void Create(SqliteTransaction transaction)
    {
        transaction.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {entries} (
                id INTEGER PRIMARY KEY AUTOINCREMENT, sender BLOB NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, target BLOB,
                    data BLOB NOT NULL, value TEXT NOT NULL,
                gas_limit INTEGER, not_after INTEGER, priority INTEGER NOT NULL, independent INTEGER NOT NULL, state INTEGER NOT NULL,
                    nonce INTEGER, hash BLOB,
                block INTEGER, gas_used INTEGER, reason TEXT, revert_data BLOB)
            """);
        transaction.Execute($"CREATE UNIQUE INDEX IF NOT EXISTS {entries}_key ON {entries} (sender, key)");
        transaction.Execute($"CREATE UNIQUE INDEX IF NOT EXISTS {entries}_nonce ON {entries} (sender, nonce) WHERE nonce IS NOT NULL");
        transaction.Execute($"CREATE INDEX IF NOT EXISTS {entries}_state ON {entries} (sender, state)");
        transaction.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {attempts} (
                hash BLOB PRIMARY KEY, entry INTEGER NOT NULL REFERENCES {entries} (id), raw BLOB NOT NULL, nonce INTEGER NOT NULL,
                    max_fee TEXT NOT NULL,
                priority_fee TEXT NOT NULL, cancels INTEGER NOT NULL, signed_at INTEGER NOT NULL) WITHOUT ROWID
            """);
        transaction.Execute($"CREATE INDEX IF NOT EXISTS {attempts}_entry ON {attempts} (entry)");
    }

    void Insert(SqliteTransaction transaction, OutboxRequest request) => transaction.Execute(
        $"""
        INSERT INTO {entries} (sender, kind, key, target, data, value, gas_limit, not_after, priority, independent, state)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        sender, request.Kind, request.Key, request.Transaction.To, request.Transaction.Data, WriteWei(request.Transaction.Value),
            request.Transaction.GasLimit,
        request.NotAfter?.ToUnixTimeSeconds(), request.Priority, request.IsIndependent, OutboxState.Queued);

    /// <param name="condition">Over the alias <c>e</c>; its parameters start at <c>$1</c>.</param>
    /// <param name="values">The sender and the condition's parameters.</param>
    internal IReadOnlyList<OutboxEntry> Select(string condition, params ReadOnlySpan<object?> values)
    {
        Open();
        using var connection = openDatabase();
        return connection.Query(
            $"""
            SELECT e.id, e.kind, e.key, e.target, e.data, e.value, e.gas_limit, e.not_after, e.priority, e.independent, e.state, e.nonce,
                e.hash, e.block, e.gas_used,
                   e.reason, e.revert_data, (SELECT count(*) FROM {attempts} a WHERE a.entry = e.id)
            FROM {entries} e WHERE e.sender = $0 AND {condition} ORDER BY e.priority DESC, e.id
            """,
            Read, values);
    }

    /// <summary>The signed versions of an entry, the newest first.</summary>
    internal IReadOnlyList<OutboxAttempt> Attempts(long entry)
    {
        using var connection = openDatabase();
        var rows = connection.Query(
            $"SELECT hash, raw, nonce, max_fee, priority_fee, cancels, signed_at FROM {attempts} WHERE entry = $0",
            row => new OutboxAttempt(
                row.GetHash(0), row.GetFieldValue<byte[]>(1), row.GetUInt64(2), ReadWei(row, 3), ReadWei(row, 4), row.GetBoolean(5),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6))),
            entry);
        // Each attempt has to pay more than the one before it, so the dearest is the newest.
        return [.. rows.OrderByDescending(attempt => attempt.MaxFeePerGas)];
    }

    /// <summary>Records signed bytes. Only after this may they be sent.</summary>
    /// <returns>False if the entry is not in the expected state any more; then nothing was recorded and nothing may be sent.</returns>
    internal bool Record(long entry, OutboxState expected, OutboxAttempt attempt)
    {
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        var changed = transaction.Execute(
            $"UPDATE {entries} SET state = $2, nonce = $3, hash = $4, block = NULL WHERE id = $0 AND state = $1",
            entry, expected, OutboxState.Sent, attempt.Nonce, attempt.Hash);
        if (changed == 0)
            return false;
        transaction.Execute(
            $"INSERT INTO {attempts} (hash, entry, raw, nonce, max_fee, priority_fee, cancels, signed_at) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
            attempt.Hash, entry, attempt.Raw, attempt.Nonce, WriteWei(attempt.MaxFeePerGas), WriteWei(attempt.MaxPriorityFeePerGas),
                attempt.IsCancellation,
            attempt.SignedAt.ToUnixTimeMilliseconds());
        transaction.Commit();
        return true;
    }

    /// <summary>Moves an entry that is under way.</summary>
    internal void Move(long entry, OutboxState state, TransactionReceipt? receipt = null, string? reason = null,
        ReadOnlyMemory<byte>? revertData = null)
    {
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        transaction.Execute(
            $"UPDATE {entries} SET state = $1, block = $2, gas_used = $3, reason = $4, revert_data = $5, hash = coalesce($6, hash) WHERE id = $0",
            entry, state, receipt?.BlockNumber, receipt?.GasUsed, reason, revertData, receipt?.TransactionHash);
        transaction.Commit();
    }

    /// <summary>
    /// Back to the queue, because another transaction of the account has used the nonce for good: the signed bytes can never be valid
    /// again.
    /// </summary>
    internal void Requeue(long entry)
    {
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        transaction.Execute($"DELETE FROM {attempts} WHERE entry = $0", entry);
        transaction.Execute($"UPDATE {entries} SET state = $1, nonce = NULL, hash = NULL, block = NULL WHERE id = $0", entry,
            OutboxState.Queued);
        transaction.Commit();
    }

    /// <summary>Takes finished entries back under way whose nonces the chain does not count as used any more.</summary>
    internal int ReopenFrom(ulong nonce)
    {
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        var reopened = transaction.Execute(
            $"UPDATE {entries} SET state = $2, block = NULL, gas_used = NULL, reason = NULL, revert_data = NULL WHERE sender = $0 AND nonce >= $1 AND state IN ($3, $4, $5)",
            sender, nonce, OutboxState.Sent, OutboxState.Done, OutboxState.Failed, OutboxState.Expired);
        transaction.Commit();
        return reopened;
    }

    static OutboxEntry Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Kind = row.GetString(1),
        Key = row.GetString(2),
        Transaction = new TransactionRequest
        {
            To = row.IsDBNull(3) ? null : row.GetAddress(3),
            Data = row.GetFieldValue<byte[]>(4),
            Value = ReadWei(row, 5),
            GasLimit = row.IsDBNull(6) ? null : row.GetUInt64(6),
        },
        NotAfter = row.IsDBNull(7) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(7)),
        Priority = row.GetInt32(8),
        IsIndependent = row.GetBoolean(9),
        State = (OutboxState)row.GetInt32(10),
        Nonce = row.IsDBNull(11) ? null : row.GetUInt64(11),
        Hash = row.IsDBNull(12) ? null : row.GetHash(12),
        BlockNumber = row.IsDBNull(13) ? null : row.GetUInt64(13),
        GasUsed = row.IsDBNull(14) ? null : row.GetUInt64(14),
        Reason = row.IsDBNull(15) ? null : row.GetString(15),
        RevertData = row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16),
        Attempts = row.GetInt32(17),
    };

    static string WriteWei(Wei amount) => amount.Value.ToString(CultureInfo.InvariantCulture);

    static Wei ReadWei(SqliteDataReader row, int column) => new(UInt128.Parse(row.GetString(column), CultureInfo.InvariantCulture));
}
