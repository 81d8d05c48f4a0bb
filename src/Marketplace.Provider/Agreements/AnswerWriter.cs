using System.Buffers;
using System.Buffers.Binary;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>The bytes of answers and inclusions (protocol, section 4.1).</summary>
internal sealed class AnswerWriter
{
    const int NodeSize = Hash256.Size + sizeof(ulong);
    const int TopNodeSize = NodeSize + sizeof(uint);

    readonly ArrayBufferWriter<byte> output = new();

    public byte[] ToArray() => output.WrittenSpan.ToArray();

    public void WriteInclusion(CheckpointSnapshot snapshot, ulong slot)
    {
        var member = snapshot.MemberAt(slot);
        output.Write(member.Agreement);
        WriteUInt64((ulong)member.Revision);
        WriteUInt64((ulong)member.Weight);
        output.Write(member.DataRoot);
        output.Write(member.ConsumerSignature);
        var path = snapshot.Tree.PathOf(slot);
        output.Write([checked((byte)path.Length)]);
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(sizeof(uint)), checked((uint)slot));
        output.Advance(sizeof(uint));
        foreach (var sibling in path)
        {
            sibling.WriteTop(output.GetSpan(TopNodeSize));
            output.Advance(TopNodeSize);
        }
    }

    /// <param name="position">Bit j is 1 where the node of level j is the right child.</param>
    /// <param name="path">The leaf's siblings up to the agreement's root.</param>
    /// <param name="leaf">1,024 bytes.</param>
    public void WriteLeaf(ulong position, IReadOnlyList<SumNode> path, ReadOnlySpan<byte> leaf)
    {
        output.Write([checked((byte)path.Count)]);
        WriteUInt64(position);
        foreach (var sibling in path)
        {
            sibling.Write(output.GetSpan(NodeSize));
            output.Advance(NodeSize);
        }
        output.Write(leaf);
    }

    void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }
}
