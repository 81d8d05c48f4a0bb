using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// The agreements this node serves, the revisions both sides signed, and the consumers' catalog records. Every write is durable when it
/// returns.
/// </summary>
public sealed class AgreementLedger
{
    /// <summary>Bytes of a catalog record's payload at most.</summary>
    public const int MaximumRecordBytes = 64 << 10;

    static readonly byte[] NoSignature = new byte[65];

    readonly StoreDatabase database;
    readonly WriteQueue queue;

    internal AgreementLedger(StoreDatabase database, WriteQueue queue) => (this.database, this.queue) = (database, queue);

    /// <summary>Makes an agreement known, or its terms up to date. A closed one stays closed.</summary>
    public Task RegisterAsync(AgreementTerms terms, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope =>
        {
            var known = AgreementIndex.Find(scope.Connection, terms.Id) is not null;
            scope.Connection.Execute(
                """
                INSERT INTO agreements(agreement, data_key, gib, start_epoch, end_epoch, closed, revision, weight, staged_leaves)
                VALUES (@id, @key, @gib, @start, @end, 0, 0, 0, 0)
                ON CONFLICT(agreement) DO UPDATE SET data_key = @key, gib = @gib, start_epoch = @start, end_epoch = @end
                """,
                new
                {
                    id = FragmentIndex.ToBlob(terms.Id),
                    key = terms.DataKey.ToArray(),
                    gib = checked((long)terms.Reserved.Value),
                    start = checked((long)terms.Start.Value),
                    end = checked((long)terms.End.Value),
                });
            if (!known)
            {
                var key = scope.Connection.ExecuteScalar<long>("SELECT last_insert_rowid()");
                AgreementIndex.InsertRevision(scope.Connection, key, new StoredRevision(0, Hash256.Zero, 0, NoSignature, NoSignature));
            }
            return known;
        },
        cancellationToken);

    /// <summary>
    /// Ends an agreement here: nothing more is accepted for it, and checkpoints built from now on leave it out. Its data goes when no
    /// retained
    /// checkpoint holds it any more.
    /// </summary>
    public Task CloseAsync(AgreementId agreement, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope => scope.Connection.Execute("UPDATE agreements SET closed = 1 WHERE agreement = @id AND closed = 0",
            new { id = FragmentIndex.ToBlob(agreement) }),
        cancellationToken);

    /// <summary>
    /// Takes <see cref="CloseAsync"/> back, for an ending that the chain took back. False if the agreement is unknown, or part of its data
    /// was given up in the meantime: then it stays closed.
    /// </summary>
    public Task<bool> ReopenAsync(AgreementId agreement, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope => AgreementIndex.Find(scope.Connection, agreement) is { } row && (row.Closed == 0 || AgreementIndex.Reopen(scope.Connection, row)),
        cancellationToken);

    /// <summary>Null if the store does not know it.</summary>
    public StoredAgreement? Find(AgreementId agreement) =>
        database.Read(connection => AgreementIndex.Find(connection, agreement))?.ToAgreement();

    /// <summary>All agreements that are not closed, in the order in which they became known.</summary>
    public IReadOnlyList<StoredAgreement> ListOpen() => database.Read(connection =>
        connection.Query<AgreementRow>(AgreementRow.Query + " WHERE a.closed = 0 ORDER BY a.key")
            .Select(row => row.ToAgreement()).ToList());

    /// <summary>Occupied slots of the current revision from a slot on; null if the store does not know the agreement.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="from">The first slot of interest.</param>
    /// <param name="count">At most so many; between 1 and 10,000.</param>
    public IReadOnlyList<OccupiedSlot>? ListSlots(AgreementId agreement, ulong from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        if (from > long.MaxValue)
            return [];
        return database.Read(connection => AgreementIndex.Find(connection, agreement) is { } row
            ? connection.Query<SlotRow>(
                $"""
                SELECT s.slot AS Slot, f.root AS Root, f.length AS Length FROM slots s JOIN fragments f ON f.id = s.fragment
                WHERE s.agreement = @Key AND s.slot >= @from AND s.to_revision = {Schema.Open} ORDER BY s.slot LIMIT @count
                """,
                new { row.Key, from = (long)from, count })
                .Select(slot => new OccupiedSlot((ulong)slot.Slot, new Hash256(slot.Root), slot.Leaves)).ToList()
            : null);
    }

    /// <summary>
    /// Applies a revision in one transaction: every fragment it names is on stable storage, its slots are as it claims, and its root and
    /// weight are what the changes lead to and fit the reserved space; otherwise nothing changes. Only after this the provider's signature
    /// may be shown.
    /// </summary>
    /// <exception cref="ArgumentException">A signature does not have 65 bytes.</exception>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async Task<RevisionResult> ApplyRevisionAsync(RevisionRequest request, CancellationToken cancellationToken)
    {
        if (request.ConsumerSignature.Length != NoSignature.Length || request.ProviderSignature.Length != NoSignature.Length)
            throw new ArgumentException("A signature has 65 bytes.", nameof(request));
        try
        {
            return await queue.ExecuteAsync(scope => RevisionWriter.Apply(scope, request), cancellationToken).ConfigureAwait(false);
        }
        catch (StoreOutOfSpaceException)
        {
            return new RevisionResult.OutOfSpace();
        }
    }

    /// <summary>Keeps a consumer's catalog record if its sequence number is the highest yet.</summary>
    /// <returns>False if the one that is kept has the same or a higher number, or the agreement is unknown or closed.</returns>
    /// <exception cref="ArgumentException">The payload or the signature has a wrong length.</exception>
    public Task<bool> PutRecordAsync(AgreementId agreement, CatalogRecord record, CancellationToken cancellationToken)
    {
        if (record.Payload.Length > MaximumRecordBytes || record.Signature.Length != NoSignature.Length || record.Sequence > long.MaxValue)
            throw new ArgumentException("A catalog record has at most 64 KiB and a signature of 65 bytes.", nameof(record));
        return queue.ExecuteAsync(
            scope => scope.Connection.Execute(
                """
                INSERT INTO catalog_records(agreement, sequence, signature, payload)
                SELECT key, @sequence, @signature, @payload FROM agreements WHERE agreement = @id AND closed = 0
                ON CONFLICT(agreement) DO UPDATE SET sequence = excluded.sequence, signature = excluded.signature,
                    payload = excluded.payload
                WHERE excluded.sequence > catalog_records.sequence
                """,
                new
                {
                    id = FragmentIndex.ToBlob(agreement),
                    sequence = (long)record.Sequence,
                    signature = record.Signature.ToArray(),
                    payload = record.Payload.ToArray(),
                }) == 1,
            cancellationToken);
    }

    /// <summary>The newest catalog record; null if there is none.</summary>
    public CatalogRecord? FindRecord(AgreementId agreement)
    {
        var row = database.Read(connection => connection.QuerySingleOrDefault<RecordRow>(
            """
            SELECT c.sequence AS Sequence, c.signature AS Signature, c.payload AS Payload FROM catalog_records c
            JOIN agreements a ON a.key = c.agreement WHERE a.agreement = @id
            """,
            new { id = FragmentIndex.ToBlob(agreement) }));
        return row is null ? null : new CatalogRecord((ulong)row.Sequence, row.Signature, row.Payload);
    }

    sealed record RecordRow(long Sequence, byte[] Signature, byte[] Payload);
}
