using System.Buffers.Binary;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>A node of a fragment's or an agreement's Merkle sum tree (protocol, section 4). The default is EMPTY.</summary>
/// <param name="Hash">SHA-256 over the children.</param>
/// <param name="Weight">Leaves of 1,024 bytes under the node.</param>
public readonly record struct SumNode(Digest Hash, ulong Weight) : ISumNode<SumNode>
{
    /// <summary>Bytes of an encoded node: hash and u64 weight.</summary>
    public const int Size = Digest.Size + sizeof(ulong);

    /// <summary>The node over nothing.</summary>
    public static SumNode Empty => default;

    /// <inheritdoc/>
    public bool IsEmpty => Weight == 0 && Hash.IsZero;

    /// <param name="leaf">Exactly 1,024 bytes.</param>
    /// <exception cref="ArgumentException">The leaf has another length.</exception>
    public static SumNode Leaf(ReadOnlySpan<byte> leaf)
    {
        if (leaf.Length != FragmentTree.LeafSize)
            throw new ArgumentException($"A leaf has {FragmentTree.LeafSize} bytes, not {leaf.Length}.", nameof(leaf));
        return new SumNode(Digest.Of(leaf), 1);
    }

    /// <inheritdoc/>
    public static SumNode Combine(SumNode left, SumNode right)
    {
        if (left.IsEmpty && right.IsEmpty)
            return Empty;
        var weight = checked(left.Weight + right.Weight);
        Span<byte> preimage = stackalloc byte[2 * Size];
        left.CopyTo(preimage);
        right.CopyTo(preimage[Size..]);
        return new SumNode(Digest.Of(preimage), weight);
    }

    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        Hash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Digest.Size..], Weight);
    }

    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    public static SumNode Read(ReadOnlySpan<byte> source) =>
        new(new Digest(source[..Digest.Size]), BinaryPrimitives.ReadUInt64BigEndian(source[Digest.Size..]));
}
