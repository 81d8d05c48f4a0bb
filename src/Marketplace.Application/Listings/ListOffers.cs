using Marketplace.Chain;
using Marketplace.Chain.Registry;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Listings;

/// <summary>Asks what is on offer, cheapest first; offers whose provider does not answer are listed, too, without a latency.</summary>
/// <param name="HighestPrice">Per GiB and epoch; null for any.</param>
/// <param name="Region">Two letters; null for any.</param>
/// <param name="Consumer">Whose wallet asks, for offers that are open to it alone; null for what everybody can take.</param>
public sealed record ListOffers(TokenAmount? HighestPrice, string? Region, Address? Consumer = null) : IRequest<IReadOnlyList<ListedOffer>>;

/// <summary>An offer, its provider's past, and how fast it answers.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Record">Of the provider.</param>
/// <param name="Latency">Null when it did not answer.</param>
public sealed record ListedOffer(ProviderOffer Offer, ProviderTrackRecord Record, TimeSpan? Latency);

/// <inheritdoc cref="ListOffers"/>
public sealed class ListOffersHandler(Market market, ChainMarketView view, ProviderProber prober) : IRequestHandler<ListOffers, IReadOnlyList<ListedOffer>>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedOffer>> Handle(ListOffers request, CancellationToken cancellationToken)
    {
        var offers = (await view.GetOffersAsync(request.Consumer, cancellationToken)).Where(offer => Fits(offer, request)).ToList();
        var records = await ReadRecordsAsync(offers, cancellationToken);
        var probed = await prober.ProbeAsync(offers, Patience, cancellationToken);
        var latencies = probed.ToDictionary(probe => probe.Offer.Listing, probe => probe.Latency);
        return [.. offers
            .Select(offer => new ListedOffer(offer, records[offer.Endpoint.Provider], latencies.TryGetValue(offer.Listing, out var latency) ? latency : null))
            .OrderBy(listed => listed.Offer.Price).ThenBy(listed => listed.Latency ?? TimeSpan.MaxValue).ThenBy(listed => listed.Offer.Listing)];
    }

    async Task<Dictionary<Address, ProviderTrackRecord>> ReadRecordsAsync(List<ProviderOffer> offers, CancellationToken cancellationToken)
    {
        var records = new Dictionary<Address, ProviderTrackRecord>();
        foreach (var provider in offers.Select(offer => offer.Endpoint.Provider).Distinct())
            records.Add(provider, await market.Registry.GetTrackRecordAsync(provider, cancellationToken: cancellationToken));
        return records;
    }

    static bool Fits(ProviderOffer offer, ListOffers request) =>
        (request.HighestPrice is not { } highest || offer.Price <= highest)
        && (request.Region is not { } region || string.Equals(offer.Region, region, StringComparison.OrdinalIgnoreCase));
}
