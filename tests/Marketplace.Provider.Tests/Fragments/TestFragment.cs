using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Tests.Fragments;

/// <summary>A fragment whose tree is computed the slow and obvious way.</summary>
internal sealed class TestFragment
{
    public TestFragment(int leaves, int seed)
    {
        Bytes = new byte[leaves * 1024];
        for (var i = 0; i < Bytes.Length; i += 32)
            SHA256.HashData([.. BitConverter.GetBytes(seed), .. BitConverter.GetBytes(i)]).CopyTo(Bytes, i);
        Levels = [[]];
        for (var i = 0; i < leaves; i++)
            Levels[0].Add((SHA256.HashData(Bytes.AsSpan(i * 1024, 1024)), 1));
        while (Levels[^1].Count > 1)
            Levels.Add(Up(Levels[^1]));
        Root = new Hash256(Levels[^1][0].Hash);
    }

    public byte[] Bytes { get; }

    public ulong Leaves => (ulong)Bytes.Length / 1024;

    public Hash256 Root { get; }

    public List<List<(byte[] Hash, ulong Weight)>> Levels { get; }

    public static byte[] Inner((byte[] Hash, ulong Weight) left, (byte[] Hash, ulong Weight) right)
    {
        if (left.Weight + right.Weight == 0)
            return new byte[32];
        var preimage = new byte[80];
        left.Hash.CopyTo(preimage, 0);
        BinaryPrimitives.WriteUInt64BigEndian(preimage.AsSpan(32), left.Weight);
        right.Hash.CopyTo(preimage, 40);
        BinaryPrimitives.WriteUInt64BigEndian(preimage.AsSpan(72), right.Weight);
        return SHA256.HashData(preimage);
    }

    static List<(byte[], ulong)> Up(List<(byte[] Hash, ulong Weight)> level)
    {
        var up = new List<(byte[], ulong)>();
        for (var i = 0; i < level.Count; i += 2)
        {
            var right = i + 1 < level.Count ? level[i + 1] : (new byte[32], 0UL);
            up.Add((Inner(level[i], right), level[i].Weight + right.Item2));
        }
        return up;
    }
}
