using System.Globalization;
using System.Numerics;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Governance;

/// <summary>Values of one kind: how they are said to people, and read from what people write.</summary>
/// <param name="Say">With its unit.</param>
/// <param name="Read">Null for what is none.</param>
/// <param name="Example">What is asked for, after "Write ".</param>
sealed record ParameterKind<T>(Func<T, string> Say, Func<string, T?> Read, string Example) where T : struct;

/// <summary>The kinds of numbers that govern a market.</summary>
static class ParameterKinds
{
    const int BpsPerPercent = 100;

    public static ParameterKind<ulong> Count { get; } = new(
        number => number.ToString(CultureInfo.InvariantCulture),
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= uint.MaxValue ? number : null, "a whole number");

    public static ParameterKind<ushort> Share { get; } = new(
        bps => string.Create(CultureInfo.InvariantCulture, $"{bps / (decimal)BpsPerPercent} %"), ReadShare, "a percentage with at most two decimals, such as 2.5%");

    public static ParameterKind<TimeSpan> Time { get; } = new(SayTime, ReadTime, "a time, such as 45s, 30m, 2h or 1d");

    public static ParameterKind<TokenAmount> Tokens { get; } = new(
        amount => $"{amount.ToTokens()} SPACE", ReadTokens, $"an amount with at most {TokenAmount.Decimals} decimals, such as 12.5");

    public static ParameterKind<Address> Account { get; } = new(
        account => account.ToString(),
        text => Address.TryParse(text, CultureInfo.InvariantCulture, out var account) && account != Address.Zero ? account : null, "an account: 0x and 40 hex digits, copied whole");

    static string SayTime(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } when time.Ticks % TimeSpan.TicksPerDay == 0 => Plural(time.TotalDays, "day"),
        { TotalHours: >= 1 } when time.Ticks % TimeSpan.TicksPerHour == 0 => Plural(time.TotalHours, "hour"),
        { TotalMinutes: >= 1 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => Plural(time.TotalMinutes, "minute"),
        _ => Plural(time.TotalSeconds, "second"),
    };

    static string Plural(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");

    static ushort? ReadShare(string text) =>
        decimal.TryParse(text.TrimEnd('%').TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100 && decimal.Round(percent, 2) == percent ? (ushort)(percent * BpsPerPercent) : null;

    /// <summary>As it is said, too: 2 hours.</summary>
    static TimeSpan? ReadTime(string text)
    {
        var unit = text.TrimStart("0123456789".ToCharArray());
        if (!uint.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return unit.Trim() switch
        {
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(number),
            "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(number),
            "h" or "hour" or "hours" => TimeSpan.FromHours(number),
            "d" or "day" or "days" => TimeSpan.FromDays(Math.Min(number, 36_500)),
            _ => null,
        };
    }

    static TokenAmount? ReadTokens(string text)
    {
        const string symbol = "SPACE";
        var number = text.EndsWith(symbol, StringComparison.OrdinalIgnoreCase) ? text[..^symbol.Length].TrimEnd() : text;
        if (number.Split('.') is not { Length: 1 or 2 } parts || parts[0].Length is 0 or > 20 || parts is [_, { Length: 0 or > TokenAmount.Decimals }]
            || !parts.All(part => part.All(char.IsAsciiDigit)))
            return null;
        var units = BigInteger.Parse(parts[0] + (parts.Length == 2 ? parts[1] : "").PadRight(TokenAmount.Decimals, '0'), CultureInfo.InvariantCulture);
        return units <= (BigInteger)UInt128.MaxValue ? new TokenAmount((UInt128)units) : null;
    }
}
