using Dapper;
using Marketplace.Chain.Losses;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Losses;

/// <summary>A fragment that cannot be read, in one revision that holds it.</summary>
/// <param name="Node">What a declaration names.</param>
/// <param name="IsOpen">Whether the agreement still runs here.</param>
/// <param name="IsCurrent">Whether the revision is the agreement's newest.</param>
/// <param name="IsInNewestCheckpoint">Whether the newest checkpoint holds the revision.</param>
public sealed record RottenNode(LostNode Node, bool IsOpen, bool IsCurrent, bool IsInNewestCheckpoint);

/// <summary>The store's memory of what the disk lost. Every write is durable when it returns.</summary>
public sealed class LossBook
{
    readonly StoreDatabase database;
    readonly WriteQueue queue;
    readonly FragmentStore fragments;

    internal LossBook(StoreDatabase database, WriteQueue queue, FragmentStore fragments) =>
        (this.database, this.queue, this.fragments) = (database, queue, fragments);

    /// <summary>Notes that a read of a fragment failed its check. False if that was known, or the fragment is not there any more.</summary>
    public Task<bool> NoteAsync(AgreementId agreement, Hash256 fragment, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope =>
        {
            if (FragmentIndex.Find(scope.Connection, agreement, fragment.ToArray()) is not { } row)
                return false;
            scope.Connection.Execute("INSERT OR IGNORE INTO lossy(agreement) VALUES (@Agreement)", new { row.Agreement });
            return scope.Connection.Execute("INSERT OR IGNORE INTO rotten(fragment) VALUES (@Id)", new { row.Id }) == 1;
        },
        cancellationToken);

    /// <summary>Takes <see cref="NoteAsync"/> back, for a fragment that can be read after all.</summary>
    public Task ForgetAsync(AgreementId agreement, Hash256 fragment, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope => FragmentIndex.Find(scope.Connection, agreement, fragment.ToArray()) is { } row
            ? scope.Connection.Execute("DELETE FROM rotten WHERE fragment = @Id", new { row.Id }) : 0,
        cancellationToken);

    /// <summary>Whether all of a fragment can be read now.</summary>
    public async Task<bool> IsReadableAsync(AgreementId agreement, Hash256 fragment, CancellationToken cancellationToken)
    {
        if (fragments.Open(agreement, fragment) is not FragmentOpenResult.Found { Reader: var reader })
            return false;
        using (reader)
        {
            return await reader.CopyToAsync(Stream.Null, 0, reader.Leaves, cancellationToken).ConfigureAwait(false)
                == FragmentReadResult.Complete;
        }
    }

    /// <remarks>
    /// CROSS JOIN has SQLite begin with what is lost, mostly nothing, and not with all fragments or slots, as it may where it has no statistics: this
    /// is asked with every block.
    /// </remarks>
    internal static readonly string ListLost = $"""
        SELECT a.agreement AS Agreement, a.revision AS Revision, f.root AS Root, f.length AS Length, a.closed = 0 AS Open,
            1 AS Current, 0 AS Newest
        FROM rotten t CROSS JOIN fragments f ON f.id = t.fragment CROSS JOIN agreements a ON a.key = f.agreement
        WHERE a.closed < 2 AND EXISTS (
            SELECT 1 FROM slots s WHERE s.fragment = f.id AND s.from_revision <= a.revision AND s.to_revision > a.revision)
        UNION ALL
        SELECT a.agreement, m.revision, f.root, f.length, a.closed = 0, 0, m.to_checkpoint = {Schema.Open}
        FROM rotten t CROSS JOIN fragments f ON f.id = t.fragment CROSS JOIN agreements a ON a.key = f.agreement
            CROSS JOIN slots s ON s.fragment = f.id
            CROSS JOIN members m ON m.agreement = a.key AND m.revision >= s.from_revision AND m.revision < s.to_revision
        WHERE m.to_checkpoint > (SELECT data_from FROM store_totals)
        """;

    internal static readonly string ListLossy = $"""
        SELECT a.agreement AS Agreement, r.number AS Number, r.data_root AS DataRoot, r.weight AS Weight,
            r.consumer_signature AS ConsumerSignature, r.provider_signature AS ProviderSignature
        FROM lossy l CROSS JOIN agreements a ON a.key = l.agreement
            CROSS JOIN members m ON m.agreement = a.key AND m.to_checkpoint = {Schema.Open}
            CROSS JOIN revisions r ON r.agreement = a.key AND r.number = m.revision
        WHERE a.closed = 0 AND r.number > 0 AND NOT EXISTS (
            SELECT 1 FROM rotten t CROSS JOIN slots s ON s.fragment = t.fragment
            WHERE s.agreement = a.key AND s.from_revision <= m.revision AND s.to_revision > m.revision)
        """;

    /// <summary>What is lost of current revisions, and of those that retained checkpoints hold.</summary>
    public IReadOnlyList<RottenNode> List() => [.. database.Read(connection => connection.Query<Row>(ListLost).ToList())
        .GroupBy(row => row.Node)
        .Select(rows => new RottenNode(
            rows.Key, rows.Any(row => row.Open != 0), rows.Any(row => row.Current != 0), rows.Any(row => row.Newest != 0)))];

    /// <summary>
    /// Agreements that lost something once, with the revision that the newest checkpoint holds where nothing of it is lost: it can end a
    /// suspension of pay.
    /// </summary>
    public IReadOnlyList<(AgreementId Agreement, StoredRevision Revision)> ListMended() =>
        [.. database.Read(connection => connection.Query<MendedRow>(ListLossy).ToList())
        .Select(row => (FragmentIndex.FromBlob(row.Agreement), row.ToRevision()))];

    /// <remarks>By properties: of computed columns nothing says the type before there is a row, and constructors are chosen by types.</remarks>
    sealed record Row
    {
        public byte[] Agreement { get; init; } = [];

        public long Revision { get; init; }

        public byte[] Root { get; init; } = [];

        public long Length { get; init; }

        public long Open { get; init; }

        public long Current { get; init; }

        public long Newest { get; init; }

        public LostNode Node => new(
            FragmentIndex.FromBlob(Agreement), (ulong)Revision, new Hash256(Root), (ulong)(Length / FragmentBlocks.LeafBytes));
    }

    sealed record MendedRow(
        byte[] Agreement, long Number, byte[] DataRoot, long Weight, byte[] ConsumerSignature, byte[] ProviderSignature)
    {
        public StoredRevision ToRevision() =>
            new((ulong)Number, new Hash256(DataRoot), (ulong)Weight, ConsumerSignature, ProviderSignature);
    }
}
