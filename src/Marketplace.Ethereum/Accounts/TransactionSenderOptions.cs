using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>How careful and how patient a sender is.</summary>
public sealed record TransactionSenderOptions
{
    /// <summary>
    /// How many blocks must hold or follow a transaction before it counts. Default 1: the block that holds it. 1 to 10,000.
    /// </summary>
    public int Confirmations { get; init; } = 1;

    /// <summary>The wait between two looks at the chain. Default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a transaction may wait for a block before its fees are raised. Default 1 min.</summary>
    public TimeSpan BumpAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Added to the estimate of gas, in percent: state changes between estimate and block. Default 25, 0 to 400.</summary>
    public int GasMarginPercent { get; init; } = 25;

    /// <summary>
    /// Added on top of that: where a new period begins between estimate and block, a contract may have several words to write that it had not before,
    /// whatever else it does. What is not used is not paid. Default 150,000.
    /// </summary>
    public ulong GasReserve { get; init; } = 150_000;

    /// <summary>The most gas for one transaction, whatever the node estimates. Default 16,777,216 (EIP-7825's limit).</summary>
    public ulong MaxGas { get; init; } = 1 << 24;

    /// <summary>
    /// The state on which a transaction is tried out first. Default pending, so that it sees this account's own waiting transactions.
    /// </summary>
    public BlockTag SimulateAt { get; init; } = BlockTag.Pending;
}
