using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Following;

/// <summary>A chain behind JSON-RPC, narrowed to some contracts' logs.</summary>
/// <param name="client">The endpoint.</param>
/// <param name="contracts">Whose logs are wanted; at least one.</param>
public sealed class RpcChainSource(EthereumClient client, IReadOnlyList<Address> contracts) : IChainSource
{
    const int Concurrency = 16;

    /// <inheritdoc/>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => client.GetChainIdAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<BlockHeader> GetHeadAsync(CancellationToken cancellationToken) =>
        await client.GetHeadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<ulong> heights, CancellationToken cancellationToken)
    {
        var headers = new List<BlockHeader?>(heights.Count);
        foreach (var part in heights.Chunk(Concurrency))
            headers.AddRange(await Task.WhenAll(part.Select(height => client.GetHeaderAsync(BlockTag.At(height), cancellationToken))));
        return headers;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(Hash256 block, CancellationToken cancellationToken) =>
        client.GetLogsAsync(new LogFilter { BlockHash = block, Addresses = contracts }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(ulong first, ulong last, CancellationToken cancellationToken) =>
        client.GetLogsAsync(new LogFilter { FromBlock = first, ToBlock = last, Addresses = contracts }, cancellationToken);
}
