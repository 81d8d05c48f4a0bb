using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Following;

/// <summary>
/// What the follower asks of a chain. Two answers may come from different forks; the follower checks that they fit together.
/// </summary>
public interface IChainSource
{
    /// <summary>The chain id that the endpoint reports now.</summary>
    Task<ulong> GetChainIdAsync(CancellationToken cancellationToken);

    /// <summary>The newest block.</summary>
    Task<BlockHeader> GetHeadAsync(CancellationToken cancellationToken);

    /// <summary>The canonical headers of these heights, in their order; null where there is no such block.</summary>
    Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<ulong> heights, CancellationToken cancellationToken);

    /// <summary>The market's logs of exactly this block (EIP-234).</summary>
    /// <exception cref="EthereumRpcException">Among others, because the block has been reorganised away.</exception>
    Task<IReadOnlyList<LogEntry>> GetLogsAsync(Hash256 block, CancellationToken cancellationToken);

    /// <summary>The market's logs of a range, both ends included, in the order of the chain.</summary>
    Task<IReadOnlyList<LogEntry>> GetLogsAsync(ulong first, ulong last, CancellationToken cancellationToken);
}
