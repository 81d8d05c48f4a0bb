namespace Marketplace.Web.Network;

/// <summary>A bar of a chart.</summary>
/// <param name="Name">The day or epoch that it is of.</param>
/// <param name="Height">In hundredths of the chart's.</param>
/// <param name="Words">Its value.</param>
/// <param name="Note">More about the day or epoch; null for nothing.</param>
/// <param name="IsOpen">Whether more can still come.</param>
public sealed record ChartBar(string Name, int Height, string Words, string? Note = null, bool IsOpen = false)
{
    /// <summary>Hundredths of the largest; at least 1 for more than nothing.</summary>
    /// <param name="value">Not more than <paramref name="largest"/>.</param>
    /// <param name="largest">Of all bars.</param>
    public static int HeightOf(double value, double largest) => value == 0 ? 0 : Math.Max(1, (int)Math.Round(100 * value / largest));
}
