using System.Net;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Selection;

/// <summary>A listing together with what the chain says of its provider.</summary>
/// <param name="Listing">The offer's number.</param>
/// <param name="Endpoint">The provider and its node.</param>
/// <param name="Price">Token base units per GiB per epoch.</param>
/// <param name="Available">Space still on offer.</param>
/// <param name="MinTerm">Shortest term in epochs.</param>
/// <param name="MaxTerm">Longest term in epochs.</param>
/// <param name="AutoAccept">Whether an agreement is active at once.</param>
/// <param name="Region">Two letters, or empty when the provider does not say.</param>
/// <param name="Proven">Epochs proven since the registration.</param>
/// <param name="Missed">Epochs missed since the registration.</param>
/// <param name="Stake">Token base units that cover its agreements: its own and its delegators'.</param>
/// <param name="Reserved">Space that its agreements hold.</param>
/// <param name="EgressPrice">Token base units per GiB read.</param>
/// <param name="Room">What the stake covers beside what is rented, for all offers of the provider together; null for any space.</param>
public sealed record ProviderOffer(
    ListingId Listing,
    ProviderEndpoint Endpoint,
    TokenAmount Price,
    GiB Available,
    ulong MinTerm,
    ulong MaxTerm,
    bool AutoAccept,
    string Region,
    ulong Proven,
    ulong Missed,
    TokenAmount Stake,
    GiB Reserved,
    TokenAmount EgressPrice = default,
    GiB? Room = null)
{
    /// <summary>What can be rented of it: no more than the stake covers.</summary>
    public GiB Rentable => Room is { } room && room < Available ? room : Available;

    /// <summary>What can be rented of some offers: what a stake covers is counted once, however many offers of its provider there are.</summary>
    public static GiB RentableOf(IEnumerable<ProviderOffer> offers) => Sum(offers.GroupBy(offer => offer.Endpoint.Provider).Select(provider =>
    {
        var offered = Sum(provider.Select(offer => offer.Available));
        return provider.First().Room is { } room && room < offered ? room : offered;
    }));

    static GiB Sum(IEnumerable<GiB> spaces) => new(spaces.Aggregate(0UL, (sum, space) => sum + Math.Min(space.Value, ulong.MaxValue - sum)));
}

/// <summary>An offer whose provider answered a probe.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Latency">How fast its node answers.</param>
/// <param name="Address">Its node's network address.</param>
public sealed record ProbedOffer(ProviderOffer Offer, TimeSpan Latency, IPAddress Address);

/// <summary>What is asked of the market.</summary>
/// <param name="Providers">How many different providers; positive.</param>
/// <param name="Space">GiB at each.</param>
/// <param name="Term">Epochs.</param>
/// <param name="HighestPrice">Token base units per GiB per epoch that are still affordable; null for any.</param>
/// <param name="Diversity">How different the providers must be.</param>
/// <param name="Consumer">Whose wallet rents, for offers that are open to it alone; null for what everybody can take.</param>
public sealed record Need(
    int Providers, GiB Space, ulong Term, TokenAmount? HighestPrice, DiversityRule Diversity, Ethereum.Primitives.Address? Consumer = null)
{
    /// <summary>Providers that are not chosen, as though they offered nothing: whoever asks rents from them already.</summary>
    public IReadOnlyList<Ethereum.Primitives.Address> Except { get; init; } = [];
}
