using System.Numerics;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;

namespace Marketplace.Chain;

/// <summary>Solidity's numbers as the market's.</summary>
public static class Amounts
{
    /// <summary>An amount in base units.</summary>
    /// <exception cref="AbiDecodingException">More than any amount of the token can be.</exception>
    public static TokenAmount ToToken(this BigInteger value) =>
        value.Sign >= 0 && value <= (BigInteger)UInt128.MaxValue
            ? new TokenAmount((UInt128)value)
            : throw new AbiDecodingException("An amount of tokens is larger than any that can exist.");

    /// <summary>How many of something a contract has numbered.</summary>
    /// <exception cref="AbiDecodingException">More numbers than a chain can have given out.</exception>
    public static ulong ToCount(this BigInteger value) =>
        value.Sign >= 0 && value <= ulong.MaxValue ? (ulong)value
            : throw new AbiDecodingException("A count is larger than any that can exist.");

    /// <summary>Base units, as contracts take them.</summary>
    public static BigInteger ToUInt256(this TokenAmount amount) => amount.Value;

    /// <summary>Clears the seconds since 1970 of what no calendar holds.</summary>
    /// <exception cref="AbiDecodingException">After the year 9999.</exception>
    public static DateTimeOffset ToTime(this ulong seconds) =>
        seconds <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : throw new AbiDecodingException("A time is later than the year 9999.");
}
