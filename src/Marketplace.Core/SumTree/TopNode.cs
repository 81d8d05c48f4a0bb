using System.Buffers.Binary;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>A node of a provider's Merkle sum tree (protocol, section 4). The default is EMPTY.</summary>
/// <param name="Hash">SHA-256 over the children, or over an agreement's contents.</param>
/// <param name="Weight">Leaves of 1,024 bytes under the node.</param>
/// <param name="Agreements">Agreements under the node, those without a leaf included.</param>
/// <param name="First">The number of the agreement furthest to the left; 0 in EMPTY.</param>
public readonly record struct TopNode(Digest Hash, ulong Weight, uint Agreements, AgreementId First = default) : ISumNode<TopNode>
{
    /// <summary>Bytes of an encoded node: hash, u64 weight, u32 agreements, u128 first agreement.</summary>
    public const int Size = FirstOffset + 16;

    const int FirstOffset = SumNode.Size + sizeof(uint);

    /// <summary>The node over nothing.</summary>
    public static TopNode Empty => default;

    /// <inheritdoc/>
    public bool IsEmpty => Weight == 0 && Agreements == 0 && First.Value == 0 && Hash.IsZero;

    /// <inheritdoc/>
    public static TopNode Combine(TopNode left, TopNode right)
    {
        if (left.IsEmpty && right.IsEmpty)
            return Empty;
        var weight = checked(left.Weight + right.Weight);
        var agreements = checked(left.Agreements + right.Agreements);
        Span<byte> preimage = stackalloc byte[2 * Size];
        left.CopyTo(preimage);
        right.CopyTo(preimage[Size..]);
        return new TopNode(Digest.Of(preimage), weight, agreements, left.Agreements > 0 ? left.First : right.First);
    }

    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        Hash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Digest.Size..], Weight);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SumNode.Size..], Agreements);
        BinaryPrimitives.WriteUInt128BigEndian(destination[FirstOffset..], First.Value);
    }

    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    public static TopNode Read(ReadOnlySpan<byte> source)
    {
        var node = SumNode.Read(source);
        var agreements = BinaryPrimitives.ReadUInt32BigEndian(source[SumNode.Size..]);
        var first = new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(source[FirstOffset..]));
        return new TopNode(node.Hash, node.Weight, agreements, first);
    }
}
