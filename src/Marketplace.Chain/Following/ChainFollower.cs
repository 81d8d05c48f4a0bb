using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Marketplace.Chain.Following;

/// <summary>
/// Keeps projections equal to what the canonical chain says, whatever happens to the chain, the endpoint or this process. Every step reads
/// first and then commits in one database transaction: blocks taken back, blocks applied, and the cursor. One follower for a database; its
/// methods are not for several threads.
/// </summary>
/// <param name="source">The chain.</param>
/// <param name="openDatabase">Gives a new, open connection that the follower disposes.</param>
/// <param name="projections">In the order in which a block is applied to them.</param>
/// <param name="options">Which chain, from where, how cautiously.</param>
/// <param name="time">For waiting only; the chain's own timestamps are its clock.</param>
/// <param name="logger">Faults of the endpoint, reorganisations, resets.</param>
public sealed partial class ChainFollower(
    IChainSource source,
    Func<SqliteConnection> openDatabase,
    IReadOnlyList<IProjection> projections,
    FollowerOptions options,
    TimeProvider time,
    ILogger<ChainFollower> logger)
{
    const int AncestorBatch = 32;
    const int ReadAttempts = 3;

    readonly ChainReader reader = new(source);
    readonly FollowerStore store = new(options, projections);
    bool isOpen;

    /// <summary>The head up to which everything is applied: until there is another, looking costs one request.</summary>
    Hash256? followed;

    /// <summary>Makes or checks the tables. Called by the first step if not before.</summary>
    /// <exception cref="FollowerDatabaseMismatchException">The database belongs to another chain or market.</exception>
    public void Open()
    {
        options.Validate();
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        store.Open(transaction);
        transaction.Commit();
        isOpen = true;
    }

    /// <summary>The block up to which everything is applied and committed; null before the first.</summary>
    public ChainPosition? GetPosition()
    {
        if (!isOpen)
            Open();
        using var connection = openDatabase();
        return store.Cursor(connection);
    }

    /// <summary>
    /// Does one bounded step towards the head; null if there was nothing to do. A cancelled or failed step leaves everything as it was.
    /// </summary>
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    /// <exception cref="EthereumRpcException">The endpoint does not answer, or answers nonsense; the next step may succeed.</exception>
    public async Task<CommittedStep?> StepAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var head = await source.GetHeadAsync(cancellationToken);
                return head.Hash == followed ? null : await StepAsync(head, cancellationToken);
            }
            catch (ChainMovedException moved) when (attempt < ReadAttempts)
            {
                LogMoved(moved.Message);
            }
            catch (ChainMovedException moved)
            {
                throw new RpcProtocolException(moved.Message, moved);
            }
        }
    }

    async Task<CommittedStep?> StepAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        var chain = await source.GetChainIdAsync(cancellationToken);
        if (chain != options.ChainId)
            throw new WrongChainException(options.ChainId, chain);
        var cursor = GetPosition();
        var ancestor = cursor is { } at ? await FindAncestorAsync(at, cancellationToken) : null;
        var first = ancestor is { } kept ? kept.Number + 1 : options.StartBlock;
        var target = head.Number < (ulong)options.Confirmations ? 0 : head.Number - (ulong)options.Confirmations;
        var stretch = first <= target ? await ReadAsync(ancestor, first, target, head.Number, cancellationToken) : null;
        var isCaughtUp = stretch is null || stretch.Last.Number == target;
        // Whatever the step leaves, it is not what followed from that head any more.
        followed = null;
        var step = stretch is null && ancestor == cursor ? null : Commit(cursor, ancestor, stretch, isCaughtUp);
        if (isCaughtUp)
            followed = head.Hash;
        return step;
    }

    Task<ChainStretch> ReadAsync(ChainPosition? below, ulong first, ulong target, ulong head, CancellationToken cancellationToken)
    {
        var last = Math.Min(target, first + (ulong)options.ChunkBlocks - 1);
        return head - last > (ulong)options.HistoryBlocks
            ? reader.ReadSparselyAsync(below, first, last, cancellationToken)
            : reader.ReadEachAsync(below, first, last, cancellationToken);
    }

    /// <summary>The highest block that is both applied and canonical; null if none that is remembered still is.</summary>
    async Task<ChainPosition?> FindAncestorAsync(ChainPosition cursor, CancellationToken cancellationToken)
    {
        if (await IsCanonicalAsync([cursor], cancellationToken) is { } same)
            return same;
        var below = cursor.Number;
        while (true)
        {
            IReadOnlyList<ChainPosition> candidates;
            using (var connection = openDatabase())
                candidates = store.Below(connection, below, AncestorBatch);
            if (candidates.Count == 0)
                return null;
            if (await IsCanonicalAsync(candidates, cancellationToken) is { } ancestor)
                return ancestor;
            below = candidates[^1].Number;
        }
    }

    async Task<ChainPosition?> IsCanonicalAsync(IReadOnlyList<ChainPosition> candidates, CancellationToken cancellationToken)
    {
        var headers = await source.GetHeadersAsync([.. candidates.Select(candidate => candidate.Number)], cancellationToken);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (headers[i]?.Hash == candidates[i].Hash)
                return candidates[i];
        }
        return null;
    }

    CommittedStep Commit(ChainPosition? cursor, ChainPosition? ancestor, ChainStretch? stretch, bool isCaughtUp)
    {
        var reset = cursor is not null && ancestor is null;
        using var connection = openDatabase();
        using var transaction = connection.BeginTransaction();
        var reverted = 0;
        if (reset)
            store.Reset(transaction);
        else if (ancestor != cursor)
            reverted = store.RevertAbove(transaction, ancestor!.Value.Number);
        var applied = stretch is null ? 0 : store.Apply(transaction, stretch);
        transaction.Commit();
        if (reset)
            LogReset(cursor!.Value.Number, options.StartBlock);
        else if (ancestor != cursor)
            LogReorganised(cursor!.Value.Number, ancestor!.Value.Number, reverted);
        return new CommittedStep(stretch?.Last ?? ancestor ?? default, isCaughtUp && (stretch ?? (object?)ancestor) is not null, applied,
            reverted, reset);
    }
}
