using System.Buffers.Binary;

namespace Marketplace.Core.Tests.Primitives;

/// <summary>
/// A generator whose numbers are the same on every platform and in every version (SplitMix64), because committed vectors are made of them.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>From 0 up to but not including the bound.</summary>
    public ulong Below(ulong bound) => Next() % bound;

    public byte[] Bytes(int length)
    {
        var bytes = new byte[(length + 7) / 8 * 8];
        for (var i = 0; i < bytes.Length; i += 8)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i), Next());
        return bytes[..length];
    }
}
