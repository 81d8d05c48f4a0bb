using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.JsonRpc;

public sealed partial class EthereumClient
{
    /// <summary>
    /// Words with which public nodes refuse a range or an answer that is too large for them; the codes differ and overlap with other
    /// faults.
    /// </summary>
    static readonly string[] RangeRefusals = ["range", "limit", "too many", "more than", "too large", "exceed", "10000", "timed out"];

    /// <summary>
    /// The logs that match, in the order of the chain. A range that the node finds too large is halved until it answers. Logs that were not
    /// asked for, of blocks
    /// outside the range or twice, are refused.
    /// </summary>
    public async Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken = default)
    {
        if (filter.BlockHash is not null)
            return await GetLogsOnceAsync(filter, cancellationToken);
        var logs = new List<LogEntry>();
        var step = filter.ToBlock >= filter.FromBlock ? filter.ToBlock - filter.FromBlock : 0;
        for (var from = filter.FromBlock; from <= filter.ToBlock;)
        {
            var to = filter.ToBlock - from < step ? filter.ToBlock : from + step;
            try
            {
                logs.AddRange(await GetLogsOnceAsync(filter with { FromBlock = from, ToBlock = to }, cancellationToken));
            }
            catch (EthereumRpcException fault) when (to > from && IsTooLarge(fault))
            {
                step = (to - from) / 2;
                continue;
            }
            if (to == ulong.MaxValue)
                break;
            from = to + 1;
        }
        return logs;
    }

    async Task<IReadOnlyList<LogEntry>> GetLogsOnceAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        LogEntry[] logs = await AskAsync(
            "eth_getLogs", result => (LogEntry[])[.. RpcValue.ReadArray(result).Select(RpcModels.ReadLog)],
            cancellationToken, RpcParameters.Filter(filter));
        if (!logs.All(log => Matches(filter, log)))
            throw new RpcProtocolException("eth_getLogs: the node answered with logs that were not asked for.");
        Array.Sort(logs, static (a, b) => (a.BlockNumber, a.LogIndex).CompareTo((b.BlockNumber, b.LogIndex)));
        for (var i = 1; i < logs.Length; i++)
        {
            var (before, log) = (logs[i - 1], logs[i]);
            if (log.BlockNumber == before.BlockNumber && (log.LogIndex == before.LogIndex || log.BlockHash != before.BlockHash))
                throw new RpcProtocolException("eth_getLogs: the node answered with a log twice, or with two blocks of one height.");
        }
        return logs;
    }

    static bool Matches(LogFilter filter, LogEntry log) =>
        (filter.BlockHash is { } hash ? log.BlockHash == hash : log.BlockNumber >= filter.FromBlock && log.BlockNumber <= filter.ToBlock)
        && (filter.Addresses.Count == 0 || filter.Addresses.Contains(log.Address))
        && filter.Topics.Select((allowed, position) =>
            allowed is not { Count: > 0 } || (position < log.Topics.Count && allowed.Contains(log.Topics[position]))).All(fits => fits);

    static bool IsTooLarge(EthereumRpcException fault) => fault switch
    {
        RpcResponseTooLargeException => true,
        RpcException refusal => RangeRefusals.Any(word => refusal.Error.Message.Contains(word, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
