using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;

namespace Marketplace.Ethereum.Transactions;

/// <summary>A transaction of type 2 with its signature, as it is sent.</summary>
public sealed class SignedTransaction
{
    readonly byte[] raw;

    internal SignedTransaction(Eip1559Transaction transaction, Signature signature, Address sender, byte[] raw)
    {
        (Transaction, Signature, Sender, this.raw) = (transaction, signature, sender, raw);
        Hash = Keccak256.Hash(raw);
    }

    /// <summary>What was signed.</summary>
    public Eip1559Transaction Transaction { get; }

    /// <summary>By the key of <see cref="Sender"/>.</summary>
    public Signature Signature { get; }

    /// <summary>Whose key signed, recovered from the signature.</summary>
    public Address Sender { get; }

    /// <summary>The transaction's identity.</summary>
    public Hash256 Hash { get; }

    /// <summary>The bytes for <c>eth_sendRawTransaction</c>.</summary>
    public ReadOnlyMemory<byte> Raw => raw;

    /// <summary>
    /// Reads signed bytes. Refuses (false) anything but the one canonical encoding of a type 2 transaction with a canonical signature.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> signed, [NotNullWhen(true)] out SignedTransaction? transaction)
    {
        transaction = null;
        if (signed.Length < 2 || signed[0] != Eip1559Transaction.Type)
            return false;
        try
        {
            var outer = new RlpReader(signed[1..]);
            var fields = outer.ReadList();
            outer.ExpectEnd();
            transaction = Read(fields, signed.ToArray());
            return transaction is not null;
        }
        catch (MalformedRlpException)
        {
            return false;
        }
    }

    static SignedTransaction? Read(RlpReader fields, byte[] raw)
    {
        var transaction = new Eip1559Transaction
        {
            ChainId = fields.ReadUInt64(),
            Nonce = fields.ReadUInt64(),
            MaxPriorityFeePerGas = ReadWei(ref fields),
            MaxFeePerGas = ReadWei(ref fields),
            GasLimit = fields.ReadUInt64(),
            To = fields.ReadAddress(),
            Value = ReadWei(ref fields),
            Data = fields.ReadBytes().ToArray(),
            AccessList = ReadAccessList(fields.ReadList()),
        };
        var parity = fields.ReadUInt64();
        var r = ReadScalar(ref fields);
        var s = ReadScalar(ref fields);
        fields.ExpectEnd();
        if (parity > 1)
            return null;
        // By way of the 65 bytes, whose reader holds r and s to their canonical range.
        var bytes = new Signature(r, s, (byte)parity).ToArray();
        return Signature.TryRead(bytes, out var signature) && signature.TryRecover(transaction.SigningHash(), out var sender)
            ? new SignedTransaction(transaction, signature, sender, raw)
            : null;
    }

    static List<AccessListEntry> ReadAccessList(RlpReader list)
    {
        var entries = new List<AccessListEntry>();
        while (!list.IsAtEnd)
        {
            var pair = list.ReadList();
            var address = pair.ReadAddress() ?? throw new MalformedRlpException("An access list names an account.");
            var keys = pair.ReadList();
            pair.ExpectEnd();
            var slots = new List<Hash256>();
            while (!keys.IsAtEnd)
                slots.Add(keys.ReadHash());
            entries.Add(new AccessListEntry(address, slots));
        }
        return entries;
    }

    static Wei ReadWei(ref RlpReader fields)
    {
        var value = fields.ReadUInt256();
        return value <= (BigInteger)UInt128.MaxValue
            ? new Wei((UInt128)value)
            : throw new MalformedRlpException("An amount of more than 128 bits.");
    }

    static Hash256 ReadScalar(ref RlpReader fields)
    {
        var digits = fields.ReadUInt256().ToByteArray(isUnsigned: true, isBigEndian: true);
        var padded = new byte[Hash256.Size];
        digits.CopyTo(padded, padded.Length - digits.Length);
        return new Hash256(padded);
    }
}
