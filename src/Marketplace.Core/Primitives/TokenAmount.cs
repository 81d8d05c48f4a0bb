using System.Globalization;

namespace Marketplace.Core.Primitives;

/// <summary>
/// An amount of the market's token in its base units, of which 10^18 are one token. 128 bits hold 10^20 tokens; a larger amount in a
/// chain's answer is refused as nonsense.
/// </summary>
/// <param name="Value">Base units.</param>
public readonly record struct TokenAmount(UInt128 Value) : IComparable<TokenAmount>
{
    /// <summary>The decimals between a base unit and a token.</summary>
    public const int Decimals = 18;

    static readonly UInt128 PerToken = 1_000_000_000_000_000_000;

    /// <summary>Nothing.</summary>
    public static TokenAmount Zero => default;

    /// <summary>Whole tokens.</summary>
    public static TokenAmount FromTokens(ulong tokens) => new(tokens * PerToken);

    /// <exception cref="OverflowException">The sum needs more than 128 bits.</exception>
    public static TokenAmount operator +(TokenAmount left, TokenAmount right) => new(checked(left.Value + right.Value));

    /// <exception cref="OverflowException">The difference is negative.</exception>
    public static TokenAmount operator -(TokenAmount left, TokenAmount right) => new(checked(left.Value - right.Value));

    /// <exception cref="OverflowException">The product needs more than 128 bits.</exception>
    public static TokenAmount operator *(TokenAmount amount, ulong factor) => new(checked(amount.Value * factor));

    /// <summary>Smaller.</summary>
    public static bool operator <(TokenAmount left, TokenAmount right) => left.Value < right.Value;

    /// <summary>Larger.</summary>
    public static bool operator >(TokenAmount left, TokenAmount right) => left.Value > right.Value;

    /// <summary>Not larger.</summary>
    public static bool operator <=(TokenAmount left, TokenAmount right) => left.Value <= right.Value;

    /// <summary>Not smaller.</summary>
    public static bool operator >=(TokenAmount left, TokenAmount right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(TokenAmount other) => Value.CompareTo(other.Value);

    /// <summary>Base units in decimal, as JSON and the chain write them.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Tokens with as many decimals as are needed, for people: <c>1.5</c>.</summary>
    public string ToTokens()
    {
        var (whole, rest) = UInt128.DivRem(Value, PerToken);
        var text = whole.ToString(CultureInfo.InvariantCulture);
        return rest == 0 ? text : $"{text}.{rest.ToString(CultureInfo.InvariantCulture).PadLeft(Decimals, '0').TrimEnd('0')}";
    }
}
