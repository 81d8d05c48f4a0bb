using System.Globalization;
using Marketplace.Core.Primitives;

namespace Marketplace.Web.Formatting;

/// <summary>Times and durations as people say them.</summary>
public static class Times
{
    /// <summary>Of the prices that are compared: 30 days.</summary>
    static readonly TimeSpan Month = TimeSpan.FromDays(30);

    static readonly TimeSpan Most = TimeSpan.FromDays(365_000);

    /// <summary>Whole epochs in a month; at least one.</summary>
    public static ulong EpochsPerMonth(TimeSpan epoch) => Math.Max(1, (ulong)(Month / epoch));

    /// <summary>How long so many epochs are; no more than a thousand years, so that times can be reckoned with whatever somebody offers.</summary>
    public static TimeSpan Of(ulong epochs, TimeSpan epoch) => epochs >= Most / epoch ? Most : epoch * epochs;

    /// <summary>A price for a GiB and epoch as prices are compared, for 30 days; the highest amount there is where it is more.</summary>
    public static TokenAmount PriceByMonth(TokenAmount price, TimeSpan epoch) =>
        EpochsPerMonth(epoch) is var epochs && price.Value > UInt128.MaxValue / epochs ? new TokenAmount(UInt128.MaxValue) : price * epochs;

    /// <summary>1 epoch, 12 345 epochs</summary>
    public static string Epochs(ulong count) => count == 1 ? "1 epoch" : $"{Figures.Whole(count)} epochs";

    /// <summary>14:05 UTC</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture) + "\u00A0UTC";

    /// <summary>3 Feb 2027, in UTC</summary>
    public static string Day(DateTimeOffset time) => Day(DateOnly.FromDateTime(time.UtcDateTime));

    /// <inheritdoc cref="Day(DateTimeOffset)"/>
    public static string Day(DateOnly day) => day.ToString("d\u00A0MMM\u00A0yyyy", CultureInfo.InvariantCulture);

    /// <summary>3 Feb 2027, 14:05 UTC</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy, ", CultureInfo.InvariantCulture) + Clock(time);

    /// <summary>in 3 h 20 min; "now" for what is not to come.</summary>
    public static string In(TimeSpan left) => left > TimeSpan.Zero ? "in\u00A0" + Duration(left) : "now";

    /// <summary>3 Feb 2027, 14:05 UTC (in 3 h 20 min); of what is not to come the moment alone.</summary>
    /// <param name="time">When.</param>
    /// <param name="now">The newest block's time, where the chain decides.</param>
    public static string Until(DateTimeOffset time, DateTimeOffset now) => time > now ? $"{Moment(time)} ({In(time - now)})" : Moment(time);

    /// <summary>The two largest units that matter: "2 d 4 h", "35 min", "12 s". Years have 365 days.</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = Math.Max(0, (long)Math.Round(duration.TotalSeconds));
        (long Size, string Unit)[] units = [(365 * 86_400, "y"), (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        var first = Array.FindIndex(units, unit => seconds >= unit.Size);
        if (first < 0)
            return "0\u00A0s";
        var text = Part(seconds / units[first].Size, units[first].Unit);
        var rest = seconds % units[first].Size;
        return first + 1 < units.Length && rest / units[first + 1].Size is > 0 and var second
            ? text + " " + Part(second, units[first + 1].Unit)
            : text;
    }

    static string Part(long count, string unit) => count.ToString(CultureInfo.InvariantCulture) + "\u00A0" + unit;
}
