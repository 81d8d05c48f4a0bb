using System.Buffers.Binary;
using Dapper;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Following;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// What the chain's events say about this provider: its agreements, when they ended, which cycles were settled and which checkpoint was proven in
/// which epoch. Everything else about an agreement is read from the contract when an event says that it changed.
/// </summary>
/// <param name="provider">The owner's address.</param>
/// <param name="openDatabase">Gives a new, open connection, for reading.</param>
public sealed class AgreementProjection(Address provider, Func<SqliteConnection> openDatabase) : IProjection
{
    /// <inheritdoc/>
    public string Name => "provider-agreements";

    /// <inheritdoc/>
    public int Version => 2;

    /// <inheritdoc/>
    public void Create(SqliteTransaction transaction) => Run(
        transaction,
        """
        CREATE TABLE IF NOT EXISTS node_agreements (id BLOB PRIMARY KEY, ended_block INTEGER, changed INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS node_cycles (agreement BLOB NOT NULL, cycle INTEGER NOT NULL, PRIMARY KEY (agreement, cycle)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS node_proven (epoch INTEGER PRIMARY KEY, root BLOB NOT NULL);
        """);

    /// <inheritdoc/>
    public void Reset(SqliteTransaction transaction)
    {
        Run(transaction, "DROP TABLE IF EXISTS node_agreements; DROP TABLE IF EXISTS node_cycles; DROP TABLE IF EXISTS node_proven;");
        Create(transaction);
    }

    /// <inheritdoc/>
    public void Apply(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs)
            Apply(transaction, log, (long)block.Position.Number);
    }

    /// <inheritdoc/>
    public void Revert(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs.Reverse())
            Revert(transaction, log);
    }

    /// <summary>Agreements that are not over, whether accepted or not.</summary>
    public IReadOnlyList<AgreementId> ListOpen() => Read("SELECT id FROM node_agreements WHERE ended_block IS NULL", null);

    /// <summary>Agreements that ended in this block or before.</summary>
    public IReadOnlyList<AgreementId> ListEnded(ulong through) =>
        Read("SELECT id FROM node_agreements WHERE ended_block <= @through", new { through = (long)through });

    /// <summary>Agreements that an event touched since <see cref="MarkSeen"/>.</summary>
    public IReadOnlyList<AgreementId> ListChanged() => Read("SELECT id FROM node_agreements WHERE changed = 1 AND ended_block IS NULL", null);

    /// <summary>Whether the chain knows the agreement as this provider's.</summary>
    public bool Knows(AgreementId agreement) => Read("SELECT id FROM node_agreements WHERE id = @id", new { id = Key(agreement) }).Count > 0;

    /// <summary>Says that an agreement's new terms were taken over.</summary>
    public void MarkSeen(AgreementId agreement)
    {
        using var connection = openDatabase();
        connection.Execute("UPDATE node_agreements SET changed = 0 WHERE id = @id", new { id = Key(agreement) });
    }

    /// <summary>Whether a billing cycle was settled.</summary>
    public bool IsSettled(AgreementId agreement, ulong cycle)
    {
        using var connection = openDatabase();
        return connection.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM node_cycles WHERE agreement = @id AND cycle = @cycle)", new { id = Key(agreement), cycle = (long)cycle });
    }

    /// <summary>The root of the checkpoint that was proven in an epoch; null if none was.</summary>
    public Hash256? ProvenRoot(Epoch epoch)
    {
        using var connection = openDatabase();
        return connection.ExecuteScalar<byte[]?>("SELECT root FROM node_proven WHERE epoch = @epoch", new { epoch = (long)epoch.Value }) is { } root
            ? new Hash256(root)
            : null;
    }

    /// <summary>The roots of the checkpoints that were proven in an epoch or later.</summary>
    public IReadOnlyList<Hash256> ListProvenRoots(Epoch from)
    {
        using var connection = openDatabase();
        return [.. connection.Query<byte[]>("SELECT DISTINCT root FROM node_proven WHERE epoch >= @from", new { from = (long)from.Value })
            .Select(root => new Hash256(root))];
    }

    void Apply(SqliteTransaction transaction, LogEntry log, long block)
    {
        if (EventLog.TryDecode<StorageAgreements.AgreementProposedEvent>(log, out var proposed))
        {
            if (proposed.Event.Provider == provider)
                Run(transaction, "INSERT INTO node_agreements (id) VALUES (@id)", new { id = Key(proposed.Event.Agreement) });
        }
        else if (EventLog.TryDecode<PossessionProofs.PossessionProvenEvent>(log, out var proven))
        {
            if (proven.Event.Provider == provider)
                Run(transaction, "INSERT INTO node_proven (epoch, root) VALUES (@epoch, @root)",
                    new { epoch = (long)proven.Event.Epoch.Value, root = proven.Event.Root.ToArray() });
        }
        else if (EventLog.TryDecode<StorageAgreements.CycleSettledEvent>(log, out var settled))
        {
            Run(transaction, "INSERT INTO node_cycles (agreement, cycle) SELECT id, @cycle FROM node_agreements WHERE id = @id",
                new { id = Key(settled.Event.Agreement), cycle = (long)settled.Event.Cycle });
        }
        else if (EndOf(log) is { } ended)
        {
            Run(transaction, "UPDATE node_agreements SET ended_block = @block WHERE id = @id", new { id = Key(ended), block });
        }
        else if (ChangeOf(log) is { } changed)
        {
            Run(transaction, "UPDATE node_agreements SET changed = 1 WHERE id = @id", new { id = Key(changed) });
        }
    }

    void Revert(SqliteTransaction transaction, LogEntry log)
    {
        if (EventLog.TryDecode<StorageAgreements.AgreementProposedEvent>(log, out var proposed))
            Run(transaction, "DELETE FROM node_agreements WHERE id = @id", new { id = Key(proposed.Event.Agreement) });
        else if (EventLog.TryDecode<PossessionProofs.PossessionProvenEvent>(log, out var proven) && proven.Event.Provider == provider)
            Run(transaction, "DELETE FROM node_proven WHERE epoch = @epoch", new { epoch = (long)proven.Event.Epoch.Value });
        else if (EventLog.TryDecode<StorageAgreements.CycleSettledEvent>(log, out var settled))
            Run(transaction, "DELETE FROM node_cycles WHERE agreement = @id AND cycle = @cycle",
                new { id = Key(settled.Event.Agreement), cycle = (long)settled.Event.Cycle });
        else if (EndOf(log) is { } ended)
            Run(transaction, "UPDATE node_agreements SET ended_block = NULL, changed = 1 WHERE id = @id", new { id = Key(ended) });
        else if (ChangeOf(log) is { } changed)
            Run(transaction, "UPDATE node_agreements SET changed = 1 WHERE id = @id", new { id = Key(changed) });
    }

    static AgreementId? EndOf(LogEntry log) =>
        EventLog.TryDecode<StorageAgreements.AgreementEndedEvent>(log, out var ended) ? ended.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.AgreementDeclinedEvent>(log, out var declined) ? declined.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.ProposalWithdrawnEvent>(log, out var withdrawn) ? withdrawn.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.AgreementVoidedEvent>(log, out var voided) ? voided.Event.Agreement
        : null;

    static AgreementId? ChangeOf(LogEntry log) =>
        EventLog.TryDecode<StorageAgreements.AgreementActivatedEvent>(log, out var activated) ? activated.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.AgreementExtendedEvent>(log, out var extended) ? extended.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.AgreementTerminatedEvent>(log, out var terminated) ? terminated.Event.Agreement
        : EventLog.TryDecode<StorageAgreements.DataKeyAuthorizedEvent>(log, out var authorized) ? authorized.Event.Agreement
        : null;

    IReadOnlyList<AgreementId> Read(string sql, object? parameters)
    {
        using var connection = openDatabase();
        return [.. connection.Query<byte[]>(sql + " ORDER BY id", parameters).Select(key => new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(key)))];
    }

    static byte[] Key(AgreementId agreement)
    {
        var key = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(key, agreement.Value);
        return key;
    }

    static void Run(SqliteTransaction transaction, string sql, object? parameters = null) =>
        transaction.Connection!.Execute(sql, parameters, transaction);
}
