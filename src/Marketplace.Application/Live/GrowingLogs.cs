using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Live;

/// <summary>
/// Reads the logs of a filter as the chain grows: what lies deep enough once, the newest blocks anew each time, since others may take their place.
/// </summary>
/// <param name="client">The chain.</param>
/// <param name="filter">Which; its range counts from its first block on.</param>
/// <param name="read">What is kept of a log; null for nothing.</param>
sealed class GrowingLogs<T>(EthereumClient client, LogFilter filter, Func<LogEntry, T?> read) where T : class
{
    readonly List<T> settled = [];
    ulong next = filter.FromBlock;

    /// <summary>All up to a block, in the order of the chain.</summary>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up; the next call goes on from where this one began.</param>
    public async Task<IReadOnlyList<T>> ReadAsync(ulong head, CancellationToken cancellationToken)
    {
        // A development chain that was started anew.
        if (head + 1 < next)
        {
            settled.Clear();
            next = filter.FromBlock;
        }
        var logs = head < next ? [] : await client.GetLogsAsync(filter with { FromBlock = next, ToBlock = head }, cancellationToken);
        var kept = logs.Select(log => (log.BlockNumber, Row: read(log))).Where(row => row.Row is not null).ToList();
        var firstOpen = head >= BlockFinder.Depth ? head - BlockFinder.Depth + 1 : 0;
        settled.AddRange(kept.Where(row => row.BlockNumber < firstOpen).Select(row => row.Row!));
        next = Math.Max(next, firstOpen);
        return [.. settled, .. kept.Where(row => row.BlockNumber >= firstOpen).Select(row => row.Row!)];
    }
}
