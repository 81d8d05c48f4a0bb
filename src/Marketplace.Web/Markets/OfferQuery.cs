using System.Globalization;
using Marketplace.Client.Selection;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Markets;

/// <summary>What the market page shows, as its address says it.</summary>
/// <param name="Search">Part of a provider's address, host or region; any case.</param>
/// <param name="Region">Two letters; null for any.</param>
/// <param name="Order">Which column.</param>
/// <param name="IsDescending">Largest first.</param>
public sealed record OfferQuery(string? Search, string? Region, OfferOrder Order, bool IsDescending)
{
    /// <summary>Of the epochs that a provider had to prove, so many percent are proven; null for any provider, also one that never had to.</summary>
    public int? LeastRecord { get; init; }

    /// <summary>The provider answers this machine in no more than this; null for any, also one that does not answer.</summary>
    public TimeSpan? LongestAnswer { get; init; }

    /// <summary>A column by its name in the address; the price for what is none.</summary>
    public static OfferOrder ParseOrder(string? text) => Enum.TryParse<OfferOrder>(text, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : OfferOrder.Price;

    /// <summary>A bound by its number in the address; null for what is none of those that are offered.</summary>
    public static int? ParseBound(string? text, IEnumerable<int> offered) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bound) && offered.Contains(bound) ? bound : null;

    /// <summary>Those that fit, in order; equal ones by listing.</summary>
    /// <param name="offers">All.</param>
    /// <param name="latencies">By provider; one that did not answer, or was not asked, is slower than all others. Null where none is known.</param>
    public IReadOnlyList<ProviderOffer> Apply(IEnumerable<ProviderOffer> offers, IReadOnlyDictionary<Address, TimeSpan?>? latencies = null)
    {
        var fitting = offers.Where(offer => Fits(offer) && (LongestAnswer is null || latencies?.GetValueOrDefault(offer.Endpoint.Provider) <= LongestAnswer));
        var ordered = Order switch
        {
            OfferOrder.Space => Sorted(fitting, offer => offer.Rentable),
            OfferOrder.Region => Sorted(fitting, offer => offer.Region),
            OfferOrder.Record => Sorted(fitting, TrackRecord.ShareOf),
            OfferOrder.Latency => Sorted(fitting, offer => latencies?.GetValueOrDefault(offer.Endpoint.Provider) ?? TimeSpan.MaxValue),
            OfferOrder.Stake => Sorted(fitting, offer => offer.Stake),
            _ => Sorted(fitting, offer => offer.Price),
        };
        return [.. ordered.ThenBy(offer => offer.Listing)];
    }

    IOrderedEnumerable<ProviderOffer> Sorted<T>(IEnumerable<ProviderOffer> offers, Func<ProviderOffer, T> by) =>
        IsDescending ? offers.OrderByDescending(by) : offers.OrderBy(by);

    bool Fits(ProviderOffer offer) =>
        (Region is not { Length: > 0 } || string.Equals(offer.Region, Region, StringComparison.OrdinalIgnoreCase))
        && (LeastRecord is not { } record || 100 * TrackRecord.ShareOf(offer) >= record)
        && (Search?.Trim() is not { Length: > 0 } wanted || Searched(offer).Any(text => text.Contains(wanted, StringComparison.OrdinalIgnoreCase)));

    static IEnumerable<string> Searched(ProviderOffer offer) =>
        [offer.Endpoint.Provider.ToString(), offer.Endpoint.Url.Host, offer.Region, Regions.NameOf(offer.Region)];
}

/// <summary>What offers are ordered by.</summary>
public enum OfferOrder
{
    /// <summary>For a GiB and an epoch.</summary>
    Price,

    /// <summary>Still on offer.</summary>
    Space,

    /// <summary>The provider's, by its code.</summary>
    Region,

    /// <summary>The proven share of the epochs that had to be proven.</summary>
    Record,

    /// <summary>How fast the provider answers.</summary>
    Latency,

    /// <summary>What covers its agreements.</summary>
    Stake,
}

/// <summary>How well a provider has done.</summary>
public static class TrackRecord
{
    /// <summary>The proven share of the epochs that had to be proven, 0 to 1; below all others for one that never had to.</summary>
    public static double ShareOf(ProviderOffer offer) => offer.Proven + offer.Missed is > 0 and var all ? (double)offer.Proven / all : -1;
}
