namespace Marketplace.Web.Network;

/// <summary>How much of the market's past is shown.</summary>
/// <param name="Key">In the page's address; null for what is usual.</param>
/// <param name="Title">For people.</param>
/// <param name="Length"><see cref="TimeSpan.MaxValue"/> for all since the market began.</param>
public sealed record HistoryRange(string? Key, string Title, TimeSpan Length)
{
    /// <summary>The shortest first.</summary>
    public static IReadOnlyList<HistoryRange> All { get; } =
    [
        new("7", "7 days", TimeSpan.FromDays(7)), new(null, "30 days", TimeSpan.FromDays(30)), new("90", "90 days", TimeSpan.FromDays(90)), new("all", "All", TimeSpan.MaxValue),
    ];

    /// <summary>From an address; what makes no sense there becomes what is usual.</summary>
    public static HistoryRange Of(string? key) => All.FirstOrDefault(range => range.Key == key) ?? All.Single(range => range.Key is null);
}
