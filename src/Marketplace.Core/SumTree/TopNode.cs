using System.Buffers.Binary;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>A node of a provider's Merkle sum tree (protocol, section 4). The default is EMPTY.</summary>
/// <param name="Hash">SHA-256 over the children, or over an agreement's contents.</param>
/// <param name="Weight">Leaves of 1,024 bytes under the node.</param>
/// <param name="Agreements">Agreements under the node, those without a leaf included.</param>
public readonly record struct TopNode(Digest Hash, ulong Weight, uint Agreements) : ISumNode<TopNode>
{
    /// <summary>Bytes of an encoded node: hash, u64 weight, u32 agreements.</summary>
    public const int Size = SumNode.Size + sizeof(uint);

    /// <summary>The node over nothing.</summary>
    public static TopNode Empty => default;

    /// <inheritdoc/>
    public bool IsEmpty => Weight == 0 && Agreements == 0 && Hash.IsZero;

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
        return new TopNode(Digest.Of(preimage), weight, agreements);
    }

    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        Hash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Digest.Size..], Weight);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SumNode.Size..], Agreements);
    }

    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    public static TopNode Read(ReadOnlySpan<byte> source)
    {
        var node = SumNode.Read(source);
        return new TopNode(node.Hash, node.Weight, BinaryPrimitives.ReadUInt32BigEndian(source[SumNode.Size..]));
    }
}
