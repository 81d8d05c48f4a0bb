using Marketplace.Ethereum.Primitives;
using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Outbox;

/// <summary>
/// The transactions of one account that are to be sent, are under way, or were sent. A request is a row before anything is signed; written
/// in the same database transaction as the state that it follows from, it is neither forgotten nor doubled by a crash.
/// </summary>
/// <param name="openDatabase">Gives a new, open connection that the outbox disposes.</param>
/// <param name="sender">The account that signs.</param>
/// <param name="tablePrefix">Starts the names of the outbox's tables.</param>
public sealed partial class TransactionOutbox(Func<SqliteConnection> openDatabase, Address sender, string tablePrefix = "outbox_")
{
    const int MaxKey = 200;
    const int MaxKind = 50;

    readonly string entries = SqliteStatements.RequirePrefix(tablePrefix) + "entries";
    readonly string attempts = tablePrefix + "attempts";
    bool isOpen;

    /// <summary>The account that signs.</summary>
    public Address Sender => sender;

    /// <summary>
    /// Makes the tables where they are not there yet. Call it once before <see cref="Enqueue(SqliteTransaction, OutboxRequest)"/>.
    /// </summary>
    public void Open()
    {
        if (isOpen)
            return;
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        Create(transaction);
        transaction.Commit();
        isOpen = true;
    }

    /// <summary>Adds a request as part of the caller's database transaction; <see cref="Open"/> was called before.</summary>
    /// <returns>False if the key is there already, and nothing was changed.</returns>
    public bool Enqueue(SqliteTransaction transaction, OutboxRequest request)
    {
        Check(request);
        var existing = transaction.Query(
            $"SELECT id, state FROM {entries} WHERE sender = $0 AND key = $1",
                row => (Id: row.GetInt64(0), State: (OutboxState)row.GetInt32(1)), sender, request.Key);
        if (existing is [var found])
        {
            if (!request.RepeatsFailed || found.State is not (OutboxState.Failed or OutboxState.Expired))
                return false;
            // The old row gives its key away and stays, because its nonce and its signed bytes are facts.
            transaction.Execute($"UPDATE {entries} SET key = key || '#' || id WHERE id = $0", found.Id);
        }
        Insert(transaction, request);
        return true;
    }

    /// <inheritdoc cref="Enqueue(SqliteTransaction, OutboxRequest)"/>
    public bool Enqueue(OutboxRequest request)
    {
        Open();
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        var added = Enqueue(transaction, request);
        transaction.Commit();
        return added;
    }

    /// <summary>The entry with this key, if there is one.</summary>
    public OutboxEntry? Find(string key) => Select("e.key = $1", sender, key) is [var entry, ..] ? entry : null;

    /// <summary>All entries that are not finished, in the order in which they will be sent.</summary>
    public IReadOnlyList<OutboxEntry> ListOpen() =>
        Select($"e.state IN ({(int)OutboxState.Queued}, {(int)OutboxState.Sent}, {(int)OutboxState.Mined})", sender);

    /// <summary>The newest entries, finished or not.</summary>
    /// <param name="count">At most.</param>
    public IReadOnlyList<OutboxEntry> ListNewest(int count) =>
        [.. Select("e.id > (SELECT coalesce(max(id), 0) FROM " + entries + ") - $1", sender, count).OrderByDescending(entry => entry.Id)];

    static void Check(OutboxRequest request)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Key);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Kind);
        if (request.Key.Length > MaxKey || request.Key.Contains('#'))
            throw new ArgumentException($"An outbox key has at most {MaxKey} characters and no '#'.", nameof(request));
        if (request.Kind.Length > MaxKind)
            throw new ArgumentException($"An outbox kind has at most {MaxKind} characters.", nameof(request));
        if (request.Transaction.AccessList.Count > 0)
            throw new ArgumentException("The outbox does not carry access lists.", nameof(request));
    }
}
