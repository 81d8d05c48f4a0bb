using System.Globalization;
using System.Text;

namespace Marketplace.Web.Network;

/// <summary>A line of a chart: one value for each step; null where there is none, which leaves a gap.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Values">Not negative.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values)
{
    /// <summary>Ten units for a step, from the left; a hundred from the bottom to <paramref name="most"/>. Of a value between two gaps there is no line.</summary>
    /// <param name="most">More than nothing, and not less than any value.</param>
    public string ToPath(double most) => Draw(most, i => !IsAlone(i), i => HasValue(i - 1) ? "L" : "M", "");

    /// <summary>As <see cref="ToPath"/>, the values between two gaps: lines of no length, which round caps make dots.</summary>
    public string ToDots(double most) => Draw(most, IsAlone, _ => "M", "h0");

    string Draw(double most, Func<int, bool> isDrawn, Func<int, string> toCommand, string end)
    {
        var path = new StringBuilder();
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i] is { } value && isDrawn(i))
                path.Append(CultureInfo.InvariantCulture, $"{toCommand(i)}{i * 10} {99.5 - 99 * value / most:0.##}{end}");
        }
        return path.ToString();
    }

    bool IsAlone(int index) => !HasValue(index - 1) && !HasValue(index + 1);

    bool HasValue(int index) => index >= 0 && index < Values.Count && Values[index] is not null;
}
