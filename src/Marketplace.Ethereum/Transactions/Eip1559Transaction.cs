using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;

namespace Marketplace.Ethereum.Transactions;

/// <summary>A transaction of type 2 (EIP-1559), complete but for its signature.</summary>
public sealed record Eip1559Transaction
{
    /// <summary>The first byte of the encoding (EIP-2718).</summary>
    public const byte Type = 2;

    /// <summary>The chain on which alone it is valid.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Its place in the sender's sequence.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The most that goes to the proposer for each unit of gas.</summary>
    public required Wei MaxPriorityFeePerGas { get; init; }

    /// <summary>The most that is paid for each unit of gas, base fee included.</summary>
    public required Wei MaxFeePerGas { get; init; }

    /// <summary>The most gas it may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The receiver, or null to deploy <see cref="Data"/>.</summary>
    public Address? To { get; init; }

    /// <summary>Wei that go along.</summary>
    public Wei Value { get; init; }

    /// <summary>Selector and arguments, or creation code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Storage that is paid for in advance.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>The most that it can cost the sender.</summary>
    public Wei MaxCost => MaxFeePerGas * GasLimit + Value;

    /// <summary>The digest that the sender signs: Keccak-256 of the type and the unsigned fields.</summary>
    public Hash256 SigningHash() => Keccak256.Hash(Encode(null));

    /// <summary>The transaction with the signature of its sender.</summary>
    /// <exception cref="ArgumentException">The signature fits no key.</exception>
    public SignedTransaction WithSignature(Signature signature)
    {
        if (!signature.TryRecover(SigningHash(), out var sender))
            throw new ArgumentException("The signature fits no key.", nameof(signature));
        return new SignedTransaction(this, signature, sender, Encode(signature));
    }

    /// <summary>The request that this transaction carries out, for simulating it again.</summary>
    /// <param name="from">The sender.</param>
    public TransactionRequest ToRequest(Address from) => new()
    {
        From = from, To = To, Data = Data, Value = Value, GasLimit = GasLimit, AccessList = AccessList,
    };

    byte[] Encode(Signature? signature)
    {
        var rlp = new RlpWriter().BeginList()
            .Write(ChainId).Write(Nonce).Write(MaxPriorityFeePerGas.Value).Write(MaxFeePerGas.Value).Write(GasLimit)
            .Write(To).Write(Value.Value).Write(Data.Span);
        WriteAccessList(rlp);
        if (signature is { } s)
            rlp.Write((ulong)s.YParity).Write(s.R.ToArray().AsSpan().TrimStart((byte)0)).Write(s.S.ToArray().AsSpan().TrimStart((byte)0));
        return [Type, .. rlp.EndList().ToArray()];
    }

    void WriteAccessList(RlpWriter rlp)
    {
        rlp.BeginList();
        foreach (var entry in AccessList)
        {
            rlp.BeginList().Write(entry.Address).BeginList();
            foreach (var key in entry.StorageKeys)
                rlp.Write(key);
            rlp.EndList().EndList();
        }
        rlp.EndList();
    }
}
