using System.Net;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Renting;

namespace Marketplace.Web.Tests.Renting;

public sealed class RentalSummaryTests
{
    [Fact]
    public void Review_SaysWhatReadingCosts_AndWhoIsWaitedFor()
    {
        Assert.Equal("Reading is free.", QuoteFigures.TermsOf(Quote((0, true), (0, true))));
        Assert.Equal(
            "Reading costs at most 0.5\u00A0SPACE a GiB, beside this. 1 of the providers answers by hand: its space is yours once it accepts.",
            QuoteFigures.TermsOf(Quote((500_000_000_000_000_000, true), (0, false))));
        Assert.Equal(
            "Reading is free. 2 of the providers answer by hand: their space is yours once they accept.",
            QuoteFigures.TermsOf(Quote((0, false), (0, false), (0, true))));
    }

    /// <summary>Anybody can offer space at any price: what a few epochs of it cost may be an amount where a month of it is none.</summary>
    [Fact]
    public void AbsurdPrice_BreaksNoReview()
    {
        var epoch = TimeSpan.FromDays(1);
        var usual = Quote((0, true), (0, true));
        Assert.Equal(TokenAmount.FromTokens(60), QuoteFigures.ByMonth(usual, epoch));
        Assert.Equal("30", QuoteFigures.PriceOf(usual.Offers[0].Offer, epoch));

        var absurd = usual.Offers[1] with { Offer = usual.Offers[1].Offer with { Price = new TokenAmount(UInt128.MaxValue / 20) } };
        Assert.Null(QuoteFigures.ByMonth(usual with { Offers = [usual.Offers[0], absurd] }, epoch));
        Assert.Equal("more than there can ever be", QuoteFigures.PriceOf(absurd.Offer, epoch));
    }

    static RentalQuote Quote(params (ulong Reading, bool AtOnce)[] offers) => new(
        new Need(offers.Length, new GiB(1), 10, null, default!), [.. offers.Select((offer, index) => new ProbedOffer(
            new ProviderOffer(
                new ListingId((UInt128)index), Endpoint(index + 1), TokenAmount.FromTokens(1), new GiB(10), 1, 100, offer.AtOnce, "DE", 1, 0, TokenAmount.FromTokens(1),
                new GiB(0), new TokenAmount(offer.Reading)),
            TimeSpan.Zero, IPAddress.Loopback))],
        TokenAmount.FromTokens(10));

    static ProviderEndpoint Endpoint(int number)
    {
        var account = new byte[Address.Size];
        account[^1] = (byte)number;
        return new ProviderEndpoint(new Address(account), new Address(account), new Uri($"https://node-{number}.example"), Hash256.Zero);
    }
}
