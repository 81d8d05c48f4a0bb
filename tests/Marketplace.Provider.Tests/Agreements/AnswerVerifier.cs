using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;

namespace Marketplace.Provider.Tests.Agreements;

/// <summary>Verifies answers the way the protocol's text says (section 4.1), with no code of the node's.</summary>
internal sealed class AnswerVerifier(byte[] answers)
{
    int at;

    /// <summary>The agreement, its revision and the leaf of each answer.</summary>
    public List<(UInt128 Agreement, ulong Revision, byte[] Leaf)> Answers { get; } = [];

    public static AnswerVerifier Verify(byte[] answers, StoredCheckpoint checkpoint, Hash256 seed, Address provider, int count)
    {
        var verifier = new AnswerVerifier(answers);
        for (var i = 0; i < count; i++)
            verifier.VerifyDraw(checkpoint, seed, provider, i);
        Assert.Equal(answers.Length, verifier.at);
        return verifier;
    }

    public static ulong VerifyInclusion(byte[] inclusion, StoredCheckpoint checkpoint)
    {
        var verifier = new AnswerVerifier(inclusion);
        var top = verifier.ReadTop(checkpoint);
        Assert.Equal(inclusion.Length, verifier.at);
        return top.Revision;
    }

    void VerifyDraw(StoredCheckpoint checkpoint, Hash256 seed, Address provider, int i)
    {
        if (i % 2 == 0 ? checkpoint.Leaves == 0 : checkpoint.Agreements == 0)
            return;
        var index = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(index, i);
        var target = SHA256.HashData([.. seed.ToArray(), .. provider.ToArray(), .. index]);
        var top = ReadTop(checkpoint);
        if (i % 2 == 1)
            Assert.Equal(Mod(target, checkpoint.Agreements), top.AgreementsBefore);
        var leaf = new byte[1024];
        if (top.Weight > 0)
        {
            var leafBefore = ReadLeaf(top, leaf);
            Assert.Equal(
                i % 2 == 0 ? Mod(target, checkpoint.Leaves) : Mod(SHA256.HashData(target), top.Weight),
                i % 2 == 0 ? top.LeavesBefore + leafBefore : leafBefore);
        }
        Answers.Add((top.Agreement, top.Revision, leaf));
    }

    TopPart ReadTop(StoredCheckpoint checkpoint)
    {
        var agreement = BinaryPrimitives.ReadUInt128BigEndian(Take(16));
        var (revision, weight) = (ReadUInt64(), ReadUInt64());
        var dataRoot = Take(32);
        Assert.Equal(revision == 0, !Take(65).ContainsAnyExcept((byte)0));
        var preimage = new byte[128];
        BinaryPrimitives.WriteUInt128BigEndian(preimage.AsSpan(16), agreement);
        BinaryPrimitives.WriteUInt64BigEndian(preimage.AsSpan(56), revision);
        dataRoot.CopyTo(preimage, 64);
        BinaryPrimitives.WriteUInt64BigEndian(preimage.AsSpan(120), weight);
        byte[] node = [.. SHA256.HashData(preimage), .. UInt64(weight), .. UInt32(1), .. UInt128(agreement)];
        var first = agreement;
        var (leaves, agreements) = (0UL, 0U);
        var depth = Take(1)[0];
        var position = BinaryPrimitives.ReadUInt32BigEndian(Take(4));
        for (var level = 0; level < depth; level++)
        {
            var sibling = Take(60);
            var isRight = (position >> level & 1) == 1;
            var neighbour = BinaryPrimitives.ReadUInt128BigEndian(sibling.AsSpan(44));
            if (BinaryPrimitives.ReadUInt32BigEndian(sibling.AsSpan(40)) > 0)
            {
                Assert.True(isRight ? neighbour < agreement : neighbour > agreement);
                first = isRight ? neighbour : first;
            }
            if (isRight)
            {
                leaves += BinaryPrimitives.ReadUInt64BigEndian(sibling.AsSpan(32));
                agreements += BinaryPrimitives.ReadUInt32BigEndian(sibling.AsSpan(40));
            }
            var hash = SHA256.HashData(isRight ? [.. sibling, .. node] : [.. node, .. sibling]);
            node = [
                .. hash,
                .. UInt64(BinaryPrimitives.ReadUInt64BigEndian(sibling.AsSpan(32)) + BinaryPrimitives.ReadUInt64BigEndian(node.AsSpan(32))),
                .. UInt32(BinaryPrimitives.ReadUInt32BigEndian(sibling.AsSpan(40)) + BinaryPrimitives.ReadUInt32BigEndian(node.AsSpan(40))),
                .. UInt128(first),
            ];
        }
        Assert.Equal((byte[])[.. checkpoint.Root.ToArray(), .. UInt64(checkpoint.Leaves), .. UInt32(checkpoint.Agreements), .. UInt128(first)], node);
        return new TopPart(agreement, revision, weight, dataRoot, leaves, agreements);
    }

    ulong ReadLeaf(TopPart top, byte[] leaf)
    {
        var depth = Take(1)[0];
        var position = ReadUInt64();
        var siblings = Enumerable.Range(0, depth).Select(_ => Take(40)).ToList();
        Take(1024).CopyTo(leaf, 0);
        byte[] node = [.. SHA256.HashData(leaf), .. UInt64(1)];
        var before = 0UL;
        for (var level = 0; level < depth; level++)
        {
            var sibling = siblings[level];
            var isRight = (position >> level & 1) == 1;
            var weight = BinaryPrimitives.ReadUInt64BigEndian(sibling.AsSpan(32));
            before += isRight ? weight : 0;
            node = [
                .. SHA256.HashData(isRight ? [.. sibling, .. node] : [.. node, .. sibling]),
                .. UInt64(weight + BinaryPrimitives.ReadUInt64BigEndian(node.AsSpan(32))),
            ];
        }
        Assert.Equal((byte[])[.. top.DataRoot, .. UInt64(top.Weight)], node);
        return before;
    }

    byte[] Take(int count) => answers[at..(at += count)];

    ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    static ulong Mod(byte[] number, ulong modulus) => (ulong)(new BigInteger(number, isUnsigned: true, isBigEndian: true) % modulus);

    static byte[] UInt64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    static byte[] UInt128(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    sealed record TopPart(UInt128 Agreement, ulong Revision, ulong Weight, byte[] DataRoot, ulong LeavesBefore, uint AgreementsBefore);
}
