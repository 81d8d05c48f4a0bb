using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Following;

/// <summary>Some consecutive blocks of one fork, read and checked, not yet applied.</summary>
/// <param name="Last">The highest block of the stretch.</param>
/// <param name="WithLogs">Those in which the market wrote, ascending.</param>
/// <param name="Remembered">Those whose hashes are kept, ascending; <paramref name="Last"/> and all <paramref name="WithLogs"/> are among
/// them.</param>
sealed record ChainStretch(ChainPosition Last, IReadOnlyList<FollowedBlock> WithLogs, IReadOnlyList<ChainPosition> Remembered);

/// <summary>Reads stretches such that all that it returns belongs to one fork, on top of a given block.</summary>
sealed class ChainReader(IChainSource source)
{
    const int LogConcurrency = 16;

    /// <summary>
    /// Reads every header and asks for each block's logs by its hash. A node that lags behind or is on another fork refuses such a
    /// question, while for a range it would silently answer with too little.
    /// </summary>
    /// <exception cref="ChainMovedException">The blocks do not link.</exception>
    public async Task<ChainStretch> ReadEachAsync(ChainPosition? below, ulong first, ulong last, CancellationToken cancellationToken)
    {
        var heights = new ulong[checked((int)(last - first + 1))];
        for (var i = 0; i < heights.Length; i++)
            heights[i] = first + (ulong)i;
        var headers = RequireAll(await source.GetHeadersAsync(heights, cancellationToken));
        var parent = below?.Hash;
        foreach (var header in headers)
        {
            if (parent is { } hash && header.ParentHash != hash)
                throw new ChainMovedException($"Block {header.Number} does not follow the block below it.");
            parent = header.Hash;
        }
        var withLogs = new List<FollowedBlock>();
        foreach (var part in headers.Chunk(LogConcurrency))
        {
            var logs = await Task.WhenAll(part.Select(header => source.GetLogsAsync(header.Hash, cancellationToken)));
            var blocks = part.Zip(logs, (header, written) => new FollowedBlock(Position(header), written));
            withLogs.AddRange(blocks.Where(block => block.Logs.Count > 0));
        }
        return new ChainStretch(Position(headers[^1]), withLogs, [.. headers.Select(Position)]);
    }

    /// <summary>
    /// Reads logs by range and only the headers that matter. For blocks so far below the head that no reorganisation is expected there.
    /// </summary>
    /// <exception cref="ChainMovedException">The answers belong to different forks all the same.</exception>
    public async Task<ChainStretch> ReadSparselyAsync(ChainPosition? below, ulong first, ulong last, CancellationToken cancellationToken)
    {
        var ends = RequireAll(await source.GetHeadersAsync([first, last], cancellationToken));
        if (below is { } parent && ends[0].ParentHash != parent.Hash)
            throw new ChainMovedException($"Block {first} does not follow the block below it.");
        var logs = await source.GetLogsAsync(first, last, cancellationToken);
        var inBlocks = logs.GroupBy(log => log.BlockNumber).OrderBy(group => group.Key).ToArray();
        var headers = RequireAll(await source.GetHeadersAsync([.. inBlocks.Select(group => group.Key), last], cancellationToken));
        if (headers[^1].Hash != ends[1].Hash)
            throw new ChainMovedException($"Block {last} was replaced while its stretch was read.");
        var withLogs = inBlocks.Zip(headers, (group, header) => Block(header, [.. group])).ToArray();
        var remembered = withLogs.Select(block => block.Position).Append(Position(headers[^1])).Distinct();
        return new ChainStretch(Position(headers[^1]), withLogs, [.. remembered]);
    }

    public static ChainPosition Position(BlockHeader header) => new(header.Number, header.Hash, header.Timestamp);

    static FollowedBlock Block(BlockHeader header, IReadOnlyList<LogEntry> logs) =>
        logs.All(log => log.BlockHash == header.Hash)
            ? new FollowedBlock(Position(header), logs)
            : throw new ChainMovedException($"Logs and header of block {header.Number} are of different forks.");

    static List<BlockHeader> RequireAll(IReadOnlyList<BlockHeader?> headers) =>
        [.. headers.Select(header => header ?? throw new ChainMovedException("A block below the head is not there any more."))];
}
