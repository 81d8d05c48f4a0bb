using System.Buffers.Binary;
using Dapper;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Following;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Audits;

/// <summary>An audit that waits for this provider's answer.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Agreement">Whose contents.</param>
/// <param name="Revision">The audited one.</param>
/// <param name="Leaf">The demanded leaf's number.</param>
/// <param name="DemandedAt">The chain's time of the demand.</param>
/// <param name="Deadline">The last second in which it can be answered.</param>
public sealed record OpenAudit(
    AuditId Id, AgreementId Agreement, RevisionInfo Revision, ulong Leaf, DateTimeOffset DemandedAt, DateTimeOffset Deadline);

/// <summary>What the chain's events say about audits of this provider.</summary>
/// <param name="provider">The owner's address.</param>
/// <param name="openDatabase">Gives a new, open connection, for reading.</param>
public sealed class AuditProjection(Address provider, Func<SqliteConnection> openDatabase) : IProjection
{
    /// <inheritdoc/>
    public string Name => "provider-audits";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public void Create(SqliteTransaction transaction) => Run(
        transaction,
        """
        CREATE TABLE IF NOT EXISTS node_audits (
            id BLOB PRIMARY KEY, agreement BLOB NOT NULL, number INTEGER NOT NULL, data_root BLOB NOT NULL, weight INTEGER NOT NULL,
            leaf INTEGER NOT NULL, demanded_at INTEGER NOT NULL, deadline INTEGER NOT NULL, ended_block INTEGER) WITHOUT ROWID;
        """);

    /// <inheritdoc/>
    public void Reset(SqliteTransaction transaction)
    {
        Run(transaction, "DROP TABLE IF EXISTS node_audits;");
        Create(transaction);
    }

    /// <inheritdoc/>
    public void Apply(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs)
        {
            if (EventLog.TryDecode<StorageAudits.AuditDemandedEvent>(log, out var demanded))
                Insert(transaction, demanded.Event, block.Position.Timestamp);
            else if (EndOf(log) is { } ended)
                Run(transaction, "UPDATE node_audits SET ended_block = @block WHERE id = @id", new { id = Key(ended.Value), block = (long)block.Position.Number });
        }
    }

    /// <inheritdoc/>
    public void Revert(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs.Reverse())
        {
            if (EventLog.TryDecode<StorageAudits.AuditDemandedEvent>(log, out var demanded))
                Run(transaction, "DELETE FROM node_audits WHERE id = @id", new { id = Key(demanded.Event.Audit.Value) });
            else if (EndOf(log) is { } ended)
                Run(transaction, "UPDATE node_audits SET ended_block = NULL WHERE id = @id", new { id = Key(ended.Value) });
        }
    }

    /// <summary>Audits that are neither answered nor concluded, the most urgent first.</summary>
    public IReadOnlyList<OpenAudit> ListOpen()
    {
        using var connection = openDatabase();
        return [.. connection.Query<Row>(
            """
            SELECT id AS Id, agreement AS Agreement, number AS Number, data_root AS DataRoot, weight AS Weight, leaf AS Leaf,
                demanded_at AS DemandedAt, deadline AS Deadline
            FROM node_audits WHERE ended_block IS NULL ORDER BY deadline, id
            """).Select(row => row.ToAudit())];
    }

    /// <summary>Agreements with an audit that is open, or that ended above a block: a reorganisation may open it again.</summary>
    public IReadOnlySet<AgreementId> ListAudited(ulong endedAbove)
    {
        using var connection = openDatabase();
        return connection.Query<byte[]>(
            "SELECT DISTINCT agreement FROM node_audits WHERE ended_block IS NULL OR ended_block > @block", new { block = (long)endedAbove })
            .Select(key => new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(key))).ToHashSet();
    }

    void Insert(SqliteTransaction transaction, StorageAudits.AuditDemandedEvent demanded, DateTimeOffset at)
    {
        if (demanded.Provider != provider)
            return;
        Run(
            transaction,
            """
            INSERT INTO node_audits (id, agreement, number, data_root, weight, leaf, demanded_at, deadline)
            VALUES (@id, @agreement, @number, @root, @weight, @leaf, @demandedAt, @deadline)
            """,
            new
            {
                id = Key(demanded.Audit.Value),
                agreement = Key(demanded.Agreement.Value),
                number = (long)demanded.Revision.Number,
                root = demanded.Revision.DataRoot.ToArray(),
                weight = (long)demanded.Revision.Weight,
                leaf = (long)demanded.Leaf,
                demandedAt = at.ToUnixTimeSeconds(),
                deadline = (long)demanded.Deadline,
            });
    }

    static AuditId? EndOf(LogEntry log) =>
        EventLog.TryDecode<StorageAudits.AuditAnsweredEvent>(log, out var answered) ? answered.Event.Audit
        : EventLog.TryDecode<StorageAudits.AuditSupersededEvent>(log, out var superseded) ? superseded.Event.Audit
        : EventLog.TryDecode<StorageAudits.AuditFailedEvent>(log, out var failed) ? failed.Event.Audit
        : null;

    static byte[] Key(UInt128 number)
    {
        var key = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(key, number);
        return key;
    }

    static void Run(SqliteTransaction transaction, string sql, object? parameters = null) =>
        transaction.Connection!.Execute(sql, parameters, transaction);

    sealed record Row(
        byte[] Id, byte[] Agreement, long Number, byte[] DataRoot, long Weight, long Leaf, long DemandedAt, long Deadline)
    {
        public OpenAudit ToAudit() => new(
            new AuditId(BinaryPrimitives.ReadUInt128BigEndian(Id)),
            new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(Agreement)),
            new RevisionInfo((ulong)Number, new Hash256(DataRoot), (ulong)Weight),
            (ulong)Leaf,
            DateTimeOffset.FromUnixTimeSeconds(DemandedAt),
            DateTimeOffset.FromUnixTimeSeconds(Deadline));
    }
}
