using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>A node of a Merkle sum tree and the agreements under it (protocol, section 4); the default is EMPTY.</summary>
internal readonly record struct SumNode(Hash256 Hash, ulong Weight, uint Agreements)
{
    const int Size = Hash256.Size + sizeof(ulong);
    const int TopSize = Size + sizeof(uint);

    public bool IsEmpty => this == default;

    /// <summary>An inner node of an agreement's tree.</summary>
    public static SumNode Inner(SumNode left, SumNode right)
    {
        if (left.IsEmpty && right.IsEmpty)
            return default;
        Span<byte> preimage = stackalloc byte[2 * Size];
        left.Write(preimage);
        right.Write(preimage[Size..]);
        return new SumNode(Digest(preimage), checked(left.Weight + right.Weight), 0);
    }

    /// <summary>An inner node of the provider's tree.</summary>
    public static SumNode Top(SumNode left, SumNode right)
    {
        if (left.IsEmpty && right.IsEmpty)
            return default;
        Span<byte> preimage = stackalloc byte[2 * TopSize];
        left.WriteTop(preimage);
        right.WriteTop(preimage[TopSize..]);
        return new SumNode(Digest(preimage), checked(left.Weight + right.Weight), checked(left.Agreements + right.Agreements));
    }

    /// <summary>A leaf of the provider's tree.</summary>
    public static SumNode OfAgreement(AgreementId agreement, ulong revision, Hash256 dataRoot, ulong weight)
    {
        Span<byte> preimage = stackalloc byte[4 * Hash256.Size];
        preimage.Clear();
        BinaryPrimitives.WriteUInt128BigEndian(preimage[16..], agreement.Value);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[56..], revision);
        dataRoot.CopyTo(preimage[64..]);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[120..], weight);
        return new SumNode(Digest(preimage), weight, 1);
    }

    public void Write(Span<byte> destination)
    {
        Hash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Hash256.Size..], Weight);
    }

    public void WriteTop(Span<byte> destination)
    {
        Write(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[Size..], Agreements);
    }

    static Hash256 Digest(ReadOnlySpan<byte> preimage)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        SHA256.HashData(preimage, hash);
        return new Hash256(hash);
    }
}
