using System.Globalization;
using System.Text;

namespace Marketplace.Web.Network;

/// <summary>A line of a chart: one value for each step; null where there is none, which leaves a gap.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Values">Not negative.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values)
{
    /// <summary>Ten units for a step, from the left; a hundred from the bottom to <paramref name="most"/>.</summary>
    /// <param name="most">More than nothing, and not less than any value.</param>
    public string ToPath(double most)
    {
        var path = new StringBuilder();
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i] is not { } value)
                continue;
            var isFirst = i == 0 || Values[i - 1] is null;
            var y = (99.5 - 99 * value / most).ToString("0.##", CultureInfo.InvariantCulture);
            path.Append(CultureInfo.InvariantCulture, $"{(isFirst ? 'M' : 'L')}{i * 10} {y}");
            // A value between two gaps is a short dash, which no line would show.
            if (isFirst && (i + 1 == Values.Count || Values[i + 1] is null))
                path.Append("h2");
        }
        return path.ToString();
    }
}
