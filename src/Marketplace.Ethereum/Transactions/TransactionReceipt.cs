using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Transactions;

/// <summary>What became of a transaction in the block that holds it.</summary>
public sealed record TransactionReceipt
{
    /// <summary>The transaction.</summary>
    public required Hash256 TransactionHash { get; init; }

    /// <summary>The transaction's place in the block.</summary>
    public required ulong TransactionIndex { get; init; }

    /// <summary>The block.</summary>
    public required Hash256 BlockHash { get; init; }

    /// <summary>The block's height.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>Who sent it.</summary>
    public required Address From { get; init; }

    /// <summary>The receiver; null for a deployment.</summary>
    public Address? To { get; init; }

    /// <summary>The contract that a deployment created.</summary>
    public Address? ContractAddress { get; init; }

    /// <summary>False when execution reverted or ran out of gas; the fee is spent all the same.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>Gas that this transaction used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Wei paid for each unit of gas.</summary>
    public required Wei EffectiveGasPrice { get; init; }

    /// <summary>The logs in order; none when it did not succeed.</summary>
    public required IReadOnlyList<LogEntry> Logs { get; init; }

    /// <summary>What it cost the sender, without <see cref="TransactionRequest.Value"/>.</summary>
    public Wei Fee => EffectiveGasPrice * GasUsed;
}

/// <summary>A transaction as a node knows it, in a block or waiting for one.</summary>
public sealed record KnownTransaction
{
    /// <summary>Its hash.</summary>
    public required Hash256 Hash { get; init; }

    /// <summary>Who sent it.</summary>
    public required Address From { get; init; }

    /// <summary>The receiver; null for a deployment.</summary>
    public Address? To { get; init; }

    /// <summary>Its place in the sender's sequence.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Wei that go along.</summary>
    public required Wei Value { get; init; }

    /// <summary>The most gas it may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Selector and arguments, or creation code.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The block that holds it; null while it waits.</summary>
    public Hash256? BlockHash { get; init; }

    /// <summary>The height of the block that holds it; null while it waits.</summary>
    public ulong? BlockNumber { get; init; }
}
