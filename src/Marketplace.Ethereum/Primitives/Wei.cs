using System.Globalization;

namespace Marketplace.Ethereum.Primitives;

/// <summary>
/// An amount of a chain's native currency in its smallest unit. 128 bits: the total supply of ether needs 87, and a larger amount in a
/// node's answer is refused as nonsense.
/// </summary>
/// <param name="Value">Wei; 10^18 are one ether.</param>
public readonly record struct Wei(UInt128 Value) : IComparable<Wei>
{
    static readonly UInt128 PerGwei = 1_000_000_000;

    /// <summary>Nothing.</summary>
    public static Wei Zero => default;

    /// <summary>One.</summary>
    public static Wei One => new(UInt128.One);

    /// <summary>10^9 wei, the unit in which fees are spoken of.</summary>
    public static Wei FromGwei(ulong gwei) => new(gwei * PerGwei);

    /// <summary>10^18 wei.</summary>
    public static Wei FromEther(ulong ether) => new(ether * PerGwei * PerGwei);

    /// <exception cref="OverflowException">The sum needs more than 128 bits.</exception>
    public static Wei operator +(Wei left, Wei right) => new(checked(left.Value + right.Value));

    /// <exception cref="OverflowException">The difference is negative.</exception>
    public static Wei operator -(Wei left, Wei right) => new(checked(left.Value - right.Value));

    /// <exception cref="OverflowException">The product needs more than 128 bits.</exception>
    public static Wei operator *(Wei amount, ulong factor) => new(checked(amount.Value * factor));

    /// <summary>Smaller.</summary>
    public static bool operator <(Wei left, Wei right) => left.Value < right.Value;

    /// <summary>Larger.</summary>
    public static bool operator >(Wei left, Wei right) => left.Value > right.Value;

    /// <summary>Not larger.</summary>
    public static bool operator <=(Wei left, Wei right) => left.Value <= right.Value;

    /// <summary>Not smaller.</summary>
    public static bool operator >=(Wei left, Wei right) => left.Value >= right.Value;

    /// <summary>The smaller of the two.</summary>
    public static Wei Min(Wei left, Wei right) => left < right ? left : right;

    /// <summary>The larger of the two.</summary>
    public static Wei Max(Wei left, Wei right) => left > right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Wei other) => Value.CompareTo(other.Value);

    /// <summary>The number of wei in decimal digits, and the unit.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + " wei";
}
