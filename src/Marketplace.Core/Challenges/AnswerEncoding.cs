using System.Buffers;
using System.Buffers.Binary;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>The bytes of answers and inclusions (protocol, section 4.1): integers big-endian, nothing padded.</summary>
public static class AnswerEncoding
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 65;

    /// <summary>Levels of a provider's tree.</summary>
    public const int MaxTopDepth = 32;

    /// <summary>Levels between a leaf and its agreement's data root.</summary>
    public const int MaxLeafDepth = 60;

    /// <summary>Set beside the depth of a path at whose lower end a declared node stands instead of a leaf.</summary>
    internal const byte DeclaredFlag = 0x80;

    /// <summary>Bytes before the siblings of an inclusion.</summary>
    internal const int InclusionHeadSize = 16 + sizeof(ulong) + sizeof(ulong) + Digest.Size + SignatureSize + 1 + sizeof(uint);

    /// <summary>Bytes before the siblings of a leaf.</summary>
    internal const int LeafHeadSize = 1 + sizeof(ulong);

    internal static void Write(IBufferWriter<byte> output, InclusionProof proof)
    {
        var depth = proof.Path.Siblings.Length;
        if (proof.Signature.Length != SignatureSize)
            throw new ArgumentException($"A signature has {SignatureSize} bytes, not {proof.Signature.Length}.");
        if (depth > MaxTopDepth || (ulong)proof.Path.Position >> depth != 0)
            throw new ArgumentException($"A top path has at most {MaxTopDepth} levels, and a position within them.");
        var size = InclusionHeadSize + depth * TopNode.Size;
        var bytes = output.GetSpan(size);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, proof.Contents.Id.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], proof.Contents.Revision);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], proof.Contents.Weight);
        proof.Contents.DataRoot.CopyTo(bytes[32..]);
        proof.Signature.Span.CopyTo(bytes[64..]);
        bytes[129] = (byte)depth;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[130..], proof.Path.Position);
        for (var level = 0; level < depth; level++)
            proof.Path.Siblings[level].CopyTo(bytes[(InclusionHeadSize + level * TopNode.Size)..]);
        output.Advance(size);
    }

    internal static void Write(IBufferWriter<byte> output, ShownNode shown)
    {
        var depth = shown.Path.Siblings.Length;
        if (depth > MaxLeafDepth || shown.Path.Position >> depth != 0)
            throw new ArgumentException($"A leaf's path has at most {MaxLeafDepth} levels, and a position within them.");
        var pathSize = LeafHeadSize + depth * SumNode.Size;
        var bytes = output.GetSpan(pathSize + FragmentTree.LeafSize);
        bytes[0] = (byte)depth;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], shown.Path.Position);
        for (var level = 0; level < depth; level++)
            shown.Path.Siblings[level].CopyTo(bytes[(LeafHeadSize + level * SumNode.Size)..]);
        switch (shown)
        {
            case LeafProof leaf when leaf.Leaf.Length == FragmentTree.LeafSize:
                leaf.Leaf.Span.CopyTo(bytes[pathSize..]);
                output.Advance(pathSize + FragmentTree.LeafSize);
                break;
            case LeafProof leaf:
                throw new ArgumentException($"A leaf has {FragmentTree.LeafSize} bytes, not {leaf.Leaf.Length}.");
            case DeclaredProof declared:
                bytes[0] |= DeclaredFlag;
                declared.Node.CopyTo(bytes[pathSize..]);
                output.Advance(pathSize + SumNode.Size);
                break;
        }
    }
}
