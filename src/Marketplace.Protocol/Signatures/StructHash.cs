using System.Buffers.Binary;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>Collects the 32-byte words of an EIP-712 struct whose members are all atomic.</summary>
ref struct StructHash
{
    readonly Span<byte> words;
    int next;

    /// <param name="buffer">Holds exactly the type's hash and one word a member.</param>
    /// <param name="type">The hash of the type's encoding.</param>
    public StructHash(Span<byte> buffer, Hash256 type)
    {
        words = buffer;
        words.Clear();
        type.CopyTo(words);
        next = Hash256.Size;
    }

    public void Add(AgreementId agreement)
    {
        BinaryPrimitives.WriteUInt128BigEndian(words[(next + 16)..], agreement.Value);
        next += Hash256.Size;
    }

    public void Add(TokenAmount amount)
    {
        BinaryPrimitives.WriteUInt128BigEndian(words[(next + 16)..], amount.Value);
        next += Hash256.Size;
    }

    public void Add(ulong number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(words[(next + 24)..], number);
        next += Hash256.Size;
    }

    public void Add(Address address)
    {
        address.CopyTo(words[(next + 12)..]);
        next += Hash256.Size;
    }

    public void Add(Hash256 hash)
    {
        hash.CopyTo(words[next..]);
        next += Hash256.Size;
    }

    public readonly Hash256 Hash() => Keccak256.Hash(words[..next]);
}
