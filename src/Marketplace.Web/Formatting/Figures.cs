using System.Globalization;
using Marketplace.Core.Primitives;

namespace Marketplace.Web.Formatting;

/// <summary>Numbers as people read them: spaces of three, a unit that fits, and no more digits than matter.</summary>
public static class Figures
{
    /// <summary>U+202F: groups stay together on one line.</summary>
    const string Group = "\u202F";

    static readonly NumberFormatInfo Format = new() { NumberGroupSeparator = Group, NumberDecimalSeparator = ".", NumberGroupSizes = [3] };

    /// <summary>12 345</summary>
    public static string Whole(ulong value) => value.ToString("#,0", Format);

    /// <summary>1 file, 12 345 files</summary>
    public static string Files(int count) => $"{Whole((ulong)count)} {(count == 1 ? "file" : "files")}";

    /// <summary>
    /// Tokens with their unit, rounded to at most <paramref name="digits"/> decimals; what is more than nothing never reads as nothing: "&lt; 0.0001 SPACE".
    /// </summary>
    public static string Tokens(TokenAmount amount, int digits = 4) => TokensAlone(amount, digits) + "\u00A0SPACE";

    /// <summary>To the base unit, with its unit: what is signed for is what is said.</summary>
    public static string TokensExact(TokenAmount amount) => Tokens(amount, TokenAmount.Decimals);

    /// <summary>As <see cref="Tokens"/>, but rounded up: what is said to be the most is never less than what is paid.</summary>
    public static string TokensAtMost(TokenAmount amount, int digits = 4)
    {
        var unit = Power(TokenAmount.Decimals - digits);
        return Decimal((amount.Value / unit) + (amount.Value % unit > 0 ? UInt128.One : UInt128.Zero), digits) + "\u00A0SPACE";
    }

    /// <summary>As <see cref="Tokens"/>, but rounded down: what is said to be had is never more than there is.</summary>
    public static string TokensAtLeast(TokenAmount amount, int digits = 4)
    {
        var whole = amount.Value / Power(TokenAmount.Decimals - digits);
        return (whole == 0 && amount.Value > 0 ? "<\u00A0" + Decimal(UInt128.One, digits) : Decimal(whole, digits)) + "\u00A0SPACE";
    }

    /// <summary>As <see cref="Tokens"/>, without the unit.</summary>
    public static string TokensAlone(TokenAmount amount, int digits = 4)
    {
        var unit = Power(TokenAmount.Decimals - digits);
        var rounded = (amount.Value / unit) + (amount.Value % unit >= (unit + 1) / 2 ? UInt128.One : UInt128.Zero);
        return rounded == 0 && amount.Value > 0 ? "<\u00A0" + Decimal(UInt128.One, digits) : Decimal(rounded, digits);
    }

    /// <param name="value">In units of the last decimal.</param>
    /// <param name="digits">Decimals.</param>
    static string Decimal(UInt128 value, int digits)
    {
        var (whole, rest) = UInt128.DivRem(value, Power(digits));
        var decimals = rest == 0 ? "" : "." + rest.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0');
        return Grouped(whole.ToString(CultureInfo.InvariantCulture)) + decimals;
    }

    /// <summary>Ether with its unit; as many decimals as matter.</summary>
    public static string Ether(Marketplace.Ethereum.Primitives.Wei amount) => TokensAlone(new TokenAmount(amount.Value), 6) + "\u00A0ETH";

    /// <summary>1.5 MiB</summary>
    public static string Bytes(long bytes) => Bytes(bytes, value => value);

    /// <summary>As <see cref="Bytes(long)"/>, but rounded down: what is said to be there is never more than there is.</summary>
    public static string BytesAtLeast(long bytes) => Bytes(bytes, value => value < 100 ? Math.Floor(value * 10) / 10 : Math.Floor(value));

    static string Bytes(long bytes, Func<double, double> round)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        double value = bytes;
        var unit = 0;
        // What would read as 1024 of a unit is one of the next.
        for (; value >= 1023.5 && unit < units.Length - 1; unit++)
            value /= 1024;
        value = round(value);
        return value.ToString(unit == 0 ? "0" : value < 100 ? "0.#" : "0", Format) + "\u00A0" + units[unit];
    }

    /// <inheritdoc cref="Bytes(long)"/>
    public static string Bytes(ulong bytes) => Bytes((long)Math.Min(bytes, long.MaxValue));

    /// <summary>1.5 TiB; whole GiB below one TiB.</summary>
    public static string Space(GiB space) => space.Value switch
    {
        < 1 << 10 => Whole(space.Value) + "\u00A0GiB",
        < 1 << 20 => (space.Value / 1024.0).ToString("#,0.##", Format) + "\u00A0TiB",
        _ => (space.Value / 1024.0 / 1024).ToString("#,0.##", Format) + "\u00A0PiB",
    };

    /// <summary>1 GiB is, 2 GiB are</summary>
    public static string SpaceAre(GiB space) => Is(Space(space));

    /// <summary>1 MiB is, 1.5 MiB are</summary>
    public static string BytesAre(ulong bytes) => Is(Bytes(bytes));

    static string Is(string amount) => $"{amount} {(amount.StartsWith("1\u00A0", StringComparison.Ordinal) ? "is" : "are")}";

    /// <summary>Hundredths; what is not all never reads as all, and what is not nothing never as nothing.</summary>
    public static string Share(ulong part, ulong whole)
    {
        if (whole == 0)
            return "–";
        var percent = 100.0 * part / whole;
        return percent is > 99.9 and < 100 ? ">\u00A099.9\u00A0%" : percent is > 0 and < 0.1 ? "<\u00A00.1\u00A0%" : percent.ToString("0.#", Format) + "\u00A0%";
    }

    /// <summary>Hundredths of a percent: 2.5 %</summary>
    public static string BasisPoints(ushort bps) => (bps / 100.0).ToString("0.##", Format) + "\u00A0%";

    /// <summary>Whole milliseconds; under one reads as "&lt; 1 ms".</summary>
    public static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds < 1 ? "<\u00A01\u00A0ms" : Whole((ulong)Math.Round(time.TotalMilliseconds)) + "\u00A0ms";

    static string Grouped(string digits)
    {
        for (var at = digits.Length - 3; at > 0; at -= 3)
            digits = digits.Insert(at, Group);
        return digits;
    }

    static UInt128 Power(int exponent)
    {
        var power = UInt128.One;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
