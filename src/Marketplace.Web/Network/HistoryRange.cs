namespace Marketplace.Web.Network;

/// <summary>How much of the past is shown.</summary>
/// <param name="Key">In the page's address; null for what is usual.</param>
/// <param name="Title">For people.</param>
/// <param name="Length"><see cref="TimeSpan.MaxValue"/> for all since the market began.</param>
public sealed record HistoryRange(string? Key, string Title, TimeSpan Length)
{
    /// <summary>What pages' addresses call it.</summary>
    public const string QueryKey = "days";

    /// <summary>The shortest first.</summary>
    public static IReadOnlyList<HistoryRange> All { get; } =
    [
        new("7", "7 days", TimeSpan.FromDays(7)), new(null, "30 days", TimeSpan.FromDays(30)), new("90", "90 days", TimeSpan.FromDays(90)), new("all", "All", TimeSpan.MaxValue),
    ];

    /// <summary>Those of which each day can be shown.</summary>
    public static IReadOnlyList<HistoryRange> OfDays { get; } = [.. All.Where(range => range.Length < TimeSpan.MaxValue)];

    /// <summary>From an address; what makes no sense there becomes what is usual.</summary>
    /// <param name="key">That the address has.</param>
    /// <param name="ranges">What there is to choose from; null for all.</param>
    public static HistoryRange Of(string? key, IReadOnlyList<HistoryRange>? ranges = null) =>
        (ranges ?? All).FirstOrDefault(range => range.Key == key) ?? All.Single(range => range.Key is null);
}
