using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Transactions;

/// <summary>What a transaction or a call is to do, before nonce, fees and signature are known.</summary>
public sealed record TransactionRequest
{
    /// <summary>The receiver, or null to deploy <see cref="Data"/> as a contract's creation code.</summary>
    public Address? To { get; init; }

    /// <summary>The caller that a simulation pretends to be; a sender puts its own account here.</summary>
    public Address? From { get; init; }

    /// <summary>Selector and arguments, or creation code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Wei that go along.</summary>
    public Wei Value { get; init; }

    /// <summary>The most gas it may use; null lets the sender estimate it.</summary>
    public ulong? GasLimit { get; init; }

    /// <summary>Storage that is paid for in advance (EIP-2930).</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];
}

/// <summary>An account and those of its storage slots that a transaction announces (EIP-2930).</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash256> StorageKeys);
