using System.Numerics;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Reading;

/// <summary>What reading costs.</summary>
public static class ReadingPrice
{
    const int BytesPerGiBBits = 30;

    /// <summary>For bytes at a price per GiB, rounded up to a base unit; null if it is more than there can be.</summary>
    /// <param name="perGiB">The agreement's price.</param>
    /// <param name="bytes">Not negative.</param>
    public static TokenAmount? Of(TokenAmount perGiB, UInt128 bytes)
    {
        var cost = ((BigInteger)perGiB.Value * (BigInteger)bytes + (BigInteger.One << BytesPerGiBBits) - 1) >> BytesPerGiBBits;
        return cost <= (BigInteger)UInt128.MaxValue ? new TokenAmount((UInt128)cost) : null;
    }

    /// <summary>For whole GiB.</summary>
    public static TokenAmount? Of(TokenAmount perGiB, GiB space) => Of(perGiB, (UInt128)space.Value << BytesPerGiBBits);
}
