using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>How fees are chosen.</summary>
public sealed record FeeEstimatorOptions
{
    /// <summary>The most that is ever paid for a unit of gas, whatever the node says. Default 500 gwei.</summary>
    public Wei MaxFeePerGas { get; init; } = Wei.FromGwei(500);

    /// <summary>The most that is ever offered to the proposer for a unit of gas. Default 20 gwei.</summary>
    public Wei MaxPriorityFeePerGas { get; init; } = Wei.FromGwei(20);

    /// <summary>The least that is offered to the proposer; nodes refuse less. Default 1 wei.</summary>
    public Wei MinPriorityFeePerGas { get; init; } = Wei.One;

    /// <summary>How many recent blocks are looked at. Default 10, 1 to 1024.</summary>
    public int Blocks { get; init; } = 10;

    /// <summary>Which percentile of a block's priority fees is followed. Default 50, 0 to 100.</summary>
    public double Percentile { get; init; } = 50;
}

/// <param name="BaseFeePerGas">What the next block will burn for each unit of gas.</param>
/// <param name="MaxPriorityFeePerGas">The offer to the proposer.</param>
/// <param name="MaxFeePerGas">
/// The most that is paid in all: twice the base fee, which lasts for six full blocks, and the priority fee; or the cap.
/// </param>
public sealed record FeeQuote(Wei BaseFeePerGas, Wei MaxPriorityFeePerGas, Wei MaxFeePerGas);

/// <summary>The chain is more expensive than the configured cap allows. Nothing was sent.</summary>
public sealed class FeeCapExceededException : Exception
{
    internal FeeCapExceededException(Wei needed, Wei cap)
        : base($"A unit of gas costs at least {needed}, more than the configured cap of {cap}.") => (Needed, Cap) = (needed, cap);

    /// <summary>The least that a transaction would have to offer now.</summary>
    public Wei Needed { get; }

    /// <summary><see cref="FeeEstimatorOptions.MaxFeePerGas"/>.</summary>
    public Wei Cap { get; }
}

/// <summary>Chooses EIP-1559 fees from recent blocks, never above a cap: the node's figures are a stranger's advice.</summary>
public sealed class FeeEstimator(EthereumClient client, FeeEstimatorOptions options)
{
    /// <summary>The bounds that every quote keeps.</summary>
    public FeeEstimatorOptions Options => options;

    /// <summary>Fees for a transaction that is to be in one of the next few blocks.</summary>
    /// <exception cref="FeeCapExceededException">Not possible within the cap.</exception>
    public async Task<FeeQuote> QuoteAsync(CancellationToken cancellationToken = default)
    {
        var history = await client.GetFeeHistoryAsync(options.Blocks, [options.Percentile], cancellationToken);
        var baseFee = history.BaseFeePerGas[^1];
        var tip = PriorityFee(history) ?? await client.GetMaxPriorityFeePerGasAsync(cancellationToken);
        tip = Wei.Min(Wei.Max(tip, options.MinPriorityFeePerGas), options.MaxPriorityFeePerGas);
        // Compared by subtraction: a hostile base fee must not overflow a sum.
        if (tip > options.MaxFeePerGas || baseFee > options.MaxFeePerGas - tip)
            throw new FeeCapExceededException(baseFee, options.MaxFeePerGas);
        return new FeeQuote(baseFee, tip, Wei.Min(baseFee * 2 + tip, options.MaxFeePerGas));
    }

    /// <summary>The median over the blocks that held transactions; empty blocks report zero, which says nothing about the price.</summary>
    static Wei? PriorityFee(FeeHistory history)
    {
        var tips = history.Rewards.Where((_, block) => history.GasUsedRatio.Count > block && history.GasUsedRatio[block] > 0)
            .Select(rewards => rewards[0]).Order().ToArray();
        return tips.Length > 0 ? tips[tips.Length / 2] : null;
    }
}
