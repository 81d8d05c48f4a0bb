using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Terminal;

/// <summary>How amounts, sizes and times are written for people, and how they are read from the command line.</summary>
internal static class Figures
{
    static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Bytes with three significant digits: <c>1.50 GiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        var digits = unit == 0 ? "0" : value < 10 ? "0.00" : value < 100 ? "0.0" : "0";
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}");
    }

    /// <summary>Ether, which has as many decimals as the token: <c>0.25 ETH</c>.</summary>
    public static string Ether(Wei amount) => new TokenAmount(amount.Value).ToTokens() + " ETH";

    /// <summary>The larger two units of a duration: <c>3 d 4 h</c>, <c>8 min</c>, <c>15 s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var parts = new (long Count, string Unit)[] { (time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s") }
            .SkipWhile(part => part.Count == 0).Take(2).Where(part => part.Count != 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Unit}"));
        return string.Join(' ', parts) is { Length: > 0 } text ? text : "0 s";
    }

    /// <summary>Reads a duration such as <c>30m</c>, <c>8h</c> or <c>2d</c>; at most 30 days.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 2_592_000)
            return false;
        duration = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => TimeSpan.Zero,
        };
        return duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(30);
    }
}
