using System.Globalization;
using System.Numerics;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Commands;

/// <summary>Amounts as people write them: tokens with up to 18 decimals.</summary>
internal static class TokenText
{
    /// <exception cref="CommandRefusal">Not a number, negative, with more than 18 decimals, or more than there can be.</exception>
    public static TokenAmount Parse(string text)
    {
        var parts = text.Split('.');
        var decimals = parts.Length == 2 ? parts[1] : "";
        if (parts.Length > 2 || parts[0].Length is 0 or > 20 || decimals.Length > TokenAmount.Decimals || (parts.Length == 2 && decimals.Length == 0)
            || !(parts[0] + decimals).All(char.IsAsciiDigit))
            throw new CommandRefusal("amount-invalid", $"'{text}' is no amount: write tokens with at most {TokenAmount.Decimals} decimals, such as 12.5.");
        var units = BigInteger.Parse(parts[0] + decimals.PadRight(TokenAmount.Decimals, '0'), CultureInfo.InvariantCulture);
        return units <= (BigInteger)UInt128.MaxValue
            ? new TokenAmount((UInt128)units)
            : throw new CommandRefusal("amount-invalid", $"'{text}' is more than there can be.");
    }

    /// <summary>With the token's symbol.</summary>
    public static string Space(this TokenAmount amount) => amount.ToTokens() + " SPACE";
}
