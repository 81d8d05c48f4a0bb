using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.History;

/// <summary>
/// The logs of a filter as the chain grows: what is settled is read once, the newest blocks anew each time, since others may take their place. Whoever asks
/// for the same block has the same answer, which is read once.
/// </summary>
public sealed class GrowingLogs<T> where T : class
{
    readonly EthereumClient client;
    readonly SettledChain chain;
    readonly LogFilter filter;
    readonly Func<LogEntry, T?> read;
    readonly SemaphoreSlim turn = new(1, 1);
    readonly List<T> settled = [];
    IReadOnlyList<T> newest = [];
    Hash256? readAt;
    ulong next;
    int readOf;

    internal GrowingLogs(EthereumClient client, SettledChain chain, LogFilter filter, Func<LogEntry, T?> read)
    {
        (this.client, this.chain, this.filter, this.read) = (client, chain, filter, read);
        next = filter.FromBlock;
    }

    /// <summary>How many are remembered.</summary>
    internal int Count => newest.Count;

    /// <summary>All up to a block, in the order of the chain.</summary>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up; the next call goes on from where this one began.</param>
    public async Task<IReadOnlyList<T>> ReadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        var part = await chain.FindAsync(head, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (part.Chain != readOf)
                StartAnew(part.Chain);
            if (head.Hash != readAt)
                await GrowAsync(head, part.Top, cancellationToken);
            return newest;
        }
        finally
        {
            turn.Release();
        }
    }

    async Task GrowAsync(BlockHeader head, BlockHeader? top, CancellationToken cancellationToken)
    {
        var logs = head.Number < next ? [] : await client.GetLogsAsync(filter with { FromBlock = next, ToBlock = head.Number }, cancellationToken);
        var rows = logs.Select(log => (log.BlockNumber, Row: read(log))).Where(row => row.Row is not null).ToLookup(row => row.BlockNumber <= top?.Number, row => row.Row!);
        settled.AddRange(rows[true]);
        next = Math.Max(next, top is null ? 0 : Math.Min(top.Number, head.Number) + 1);
        (newest, readAt) = ([.. settled, .. rows[false]], head.Hash);
    }

    void StartAnew(int chainNumber)
    {
        settled.Clear();
        (next, readAt, readOf) = (filter.FromBlock, null, chainNumber);
    }
}
