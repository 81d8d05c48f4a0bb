using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>What is used of a block's header. The node's word: its hash is not recomputed.</summary>
/// <param name="Number">The height.</param>
/// <param name="Hash">The block's identity.</param>
/// <param name="ParentHash">The block below.</param>
/// <param name="Timestamp">The proposer's time, in whole seconds.</param>
/// <param name="BaseFeePerGas">What every unit of gas in it burns; zero before EIP-1559.</param>
/// <param name="GasLimit">The most gas that fits.</param>
/// <param name="GasUsed">The gas that is used.</param>
public sealed record BlockHeader(
    ulong Number, Hash256 Hash, Hash256 ParentHash, DateTimeOffset Timestamp, Wei BaseFeePerGas, ulong GasLimit, ulong GasUsed);

/// <summary>Fees of recent blocks (<c>eth_feeHistory</c>).</summary>
/// <param name="OldestBlock">The height of the first block described.</param>
/// <param name="BaseFeePerGas">One for each block and, last, the one that the next block will have.</param>
/// <param name="GasUsedRatio">How full each block was, 0 to 1.</param>
/// <param name="Rewards">For each block, the priority fee at each percentile asked for.</param>
public sealed record FeeHistory(
    ulong OldestBlock, IReadOnlyList<Wei> BaseFeePerGas, IReadOnlyList<double> GasUsedRatio, IReadOnlyList<IReadOnlyList<Wei>> Rewards);

/// <summary>Which logs are asked for.</summary>
public sealed record LogFilter
{
    /// <summary>The first block, included.</summary>
    public ulong FromBlock { get; init; }

    /// <summary>The last block, included.</summary>
    public ulong ToBlock { get; init; }

    /// <summary>
    /// Exactly this block instead of a range (EIP-234): a node that has reorganised it away refuses instead of answering for another.
    /// </summary>
    public Hash256? BlockHash { get; init; }

    /// <summary>The contracts; empty for all.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>For each position, the values that are allowed there; null or empty for any.</summary>
    public IReadOnlyList<IReadOnlyList<Hash256>?> Topics { get; init; } = [];
}
