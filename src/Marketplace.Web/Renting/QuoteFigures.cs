using System.Numerics;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;
using Marketplace.Web.Maps;

namespace Marketplace.Web.Renting;

/// <summary>What follows from a quote.</summary>
public static class QuoteFigures
{
    /// <summary>What a month of all of it costs; null for more than there can be, of which less than a month is rented.</summary>
    public static TokenAmount? ByMonth(RentalQuote quote, TimeSpan epoch)
    {
        var cost = quote.Offers.Aggregate(BigInteger.Zero, (sum, row) => sum + (BigInteger)row.Offer.Price.Value * quote.Need.Space.Value * Times.EpochsPerMonth(epoch));
        return cost <= (BigInteger)UInt128.MaxValue ? new TokenAmount((UInt128)cost) : null;
    }

    /// <summary>What one of its providers asks for a GiB and 30 days, without the unit.</summary>
    public static string PriceOf(ProviderOffer offer, TimeSpan epoch) => Times.EpochsPerMonth(epoch) is var epochs && offer.Price.Value > UInt128.MaxValue / epochs
        ? "more than there can ever be" : Figures.TokensAlone(offer.Price * epochs);

    /// <summary>The most that a GiB costs to read, whichever providers it is read from.</summary>
    public static TokenAmount Reading(RentalQuote quote) => quote.Offers.Max(row => row.Offer.EgressPrice);

    /// <summary>What is agreed to beside the price: what reading costs, and whose answer is waited for.</summary>
    public static string TermsOf(RentalQuote quote) =>
        (Reading(quote) is var reading && reading > TokenAmount.Zero ? $"Reading costs at most {Figures.TokensExact(reading)} a GiB, beside this." : "Reading is free.")
            + quote.Offers.Count(row => !row.Offer.AutoAccept) switch
            {
                0 => "",
                1 => " 1 of the providers answers by hand: its space is yours once it accepts.",
                var several => $" {several} of the providers answer by hand: their space is yours once they accept.",
            };

    /// <summary>Where the fragments would lie.</summary>
    public static IReadOnlyList<MapPlace> Places(RentalQuote quote) => [.. quote.Offers.GroupBy(row => row.Offer.Region)
        .Select(group => new MapPlace(group.Key, group.Count(), group.Count() == 1 ? "1 provider" : $"{Figures.Whole((ulong)group.Count())} providers"))];
}
