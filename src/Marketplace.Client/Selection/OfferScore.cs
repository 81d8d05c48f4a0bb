using Marketplace.Core.Primitives;

namespace Marketplace.Client.Selection;

/// <summary>
/// What an offer costs when its risks are priced in; lower is better. A provider that never proved anything counts as one that misses an
/// epoch in
/// five; each second of latency counts as a quarter of the price, up to half; a stake of twice the usual per GiB takes off up to a tenth.
/// </summary>
public static class OfferScore
{
    /// <summary>The score; equal inputs give equal scores.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="usualStake">The median stake per reserved GiB among the offers compared, in token base units.</param>
    /// <param name="space">The space asked for, which would be reserved too.</param>
    public static double Of(ProbedOffer offer, double usualStake, GiB space)
    {
        var record = offer.Offer;
        var reliability = (record.Proven + 4.0) / (record.Proven + 4.0 * record.Missed + 5.0);
        var slowness = 1 + Math.Min(offer.Latency.TotalSeconds, 2) / 4;
        var stake = usualStake <= 0 ? 0 : Math.Min(StakePerGiB(record, space) / usualStake, 2) / 2;
        // A price of zero is still told apart by its risks.
        return ((double)record.Price.Value + 1) * slowness / reliability * (1 - stake / 10);
    }

    /// <summary>Offers from the best to the worst; ties go by provider, so that the order is the same everywhere.</summary>
    public static List<ProbedOffer> Rank(IReadOnlyCollection<ProbedOffer> offers, GiB space)
    {
        var stakes = offers.Select(offer => StakePerGiB(offer.Offer, space)).Order().ToArray();
        var usual = stakes.Length == 0 ? 0 : stakes[stakes.Length / 2];
        return [.. offers.OrderBy(offer => Of(offer, usual, space)).ThenBy(offer => offer.Offer.Endpoint.Provider).ThenBy(offer => offer.Offer.Listing)];
    }

    static double StakePerGiB(ProviderOffer offer, GiB space) =>
        (double)offer.Stake.Value / Math.Max(1, offer.Reserved.Value + (double)space.Value);
}
