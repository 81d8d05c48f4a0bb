using System.Globalization;
using Marketplace.Core.Primitives;

namespace Marketplace.Web.Formatting;

/// <summary>Amounts of tokens as people type them.</summary>
public static class TokenInput
{
    /// <summary>More than nothing, at most a thousand million million tokens, with a point and up to 18 decimals; nothing else, and no groups.</summary>
    public static bool TryParse(string? text, out TokenAmount amount) => TryParseOrNothing(text, out amount) && amount > TokenAmount.Zero;

    /// <summary>As <see cref="TryParse"/>, or nothing: 0, however it is written.</summary>
    public static bool TryParseOrNothing(string? text, out TokenAmount amount)
    {
        amount = TokenAmount.Zero;
        var trimmed = (text ?? "").Trim();
        if (trimmed.Split('.') is not { Length: 1 or 2 } parts || parts[0].Length is 0 or > 15 || parts is [_, { Length: 0 or > TokenAmount.Decimals }]
            || !parts.All(part => part.All(char.IsAsciiDigit)))
            return false;
        var decimals = parts.Length == 2 ? parts[1] : "";
        amount = new TokenAmount(UInt128.Parse(parts[0] + decimals.PadRight(TokenAmount.Decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }
}
