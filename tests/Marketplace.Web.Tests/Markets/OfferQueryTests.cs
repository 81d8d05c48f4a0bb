using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Markets;

namespace Marketplace.Web.Tests.Markets;

public sealed class OfferQueryTests
{
    static readonly ProviderOffer[] Offers =
    [
        Offer(1, price: 30, space: 5, "DE", proven: 90, missed: 10, stake: 100),
        Offer(2, price: 10, space: 50, "FR", proven: 0, missed: 0, stake: 300),
        Offer(3, price: 20, space: 500, "DE", proven: 5, missed: 0, stake: 200),
        Offer(4, price: 10, space: 1, "", proven: 1, missed: 99, stake: 400),
    ];

    static readonly Dictionary<Address, TimeSpan?> Latencies = new()
    {
        [Offers[0].Endpoint.Provider] = TimeSpan.FromMilliseconds(80), [Offers[1].Endpoint.Provider] = null,
        [Offers[2].Endpoint.Provider] = TimeSpan.FromMilliseconds(8),
    };

    [Theory]
    [InlineData(OfferOrder.Price, false, "2 4 3 1")]
    [InlineData(OfferOrder.Price, true, "1 3 2 4")]
    [InlineData(OfferOrder.Space, true, "3 2 1 4")]
    [InlineData(OfferOrder.Region, false, "4 1 3 2")]
    [InlineData(OfferOrder.Record, true, "3 1 4 2")]
    [InlineData(OfferOrder.Stake, false, "1 3 2 4")]
    public void Offers_AreOrdered_AndEqualOnesStayInPlace(OfferOrder order, bool isDescending, string listings) =>
        Assert.Equal(listings, Shown(new OfferQuery(null, null, order, isDescending)));

    [Theory]
    [InlineData("germ", null, "3 1")]
    [InlineData("  FRANCE ", null, "2")]
    [InlineData("node-4.example", null, "4")]
    [InlineData("0x0000000000000000000000000000000000000002", null, "2")]
    [InlineData(null, "de", "3 1")]
    [InlineData("node-1", "DE", "1")]
    [InlineData("node-1", "FR", "")]
    [InlineData("", "", "2 4 3 1")]
    public void Offers_AreFound_ByWhatIsSeenOfThem(string? search, string? region, string listings) =>
        Assert.Equal(listings, Shown(new OfferQuery(search, region, OfferOrder.Price, IsDescending: false)));

    [Theory]
    [InlineData("STAKE", OfferOrder.Stake)]
    [InlineData("nonsense", OfferOrder.Price)]
    [InlineData("77", OfferOrder.Price)]
    [InlineData(null, OfferOrder.Price)]
    public void Column_OfAnAddress_IsOneThatThereIs(string? text, OfferOrder order) => Assert.Equal(order, OfferQuery.ParseOrder(text));

    [Theory]
    [InlineData(false, "3 1 2 4")]
    [InlineData(true, "2 4 1 3")]
    public void Offers_AreOrdered_ByLatency_AndWhatDoesNotAnswerIsSlowest(bool isDescending, string listings)
    {
        var shown = new OfferQuery(null, null, OfferOrder.Latency, isDescending).Apply(Offers, Latencies);

        Assert.Equal(listings, string.Join(' ', shown.Select(offer => offer.Listing)));
    }

    [Theory]
    [InlineData(null, "2 4 3 1")]
    [InlineData(1, "4 3 1")]
    [InlineData(90, "3 1")]
    [InlineData(91, "3")]
    [InlineData(100, "3")]
    public void Offers_AreFound_ByTheirRecord_AndWhoHasNoneIsNotAmongThem(int? least, string listings) =>
        Assert.Equal(listings, Shown(new OfferQuery(null, null, OfferOrder.Price, IsDescending: false) { LeastRecord = least }));

    [Theory]
    [InlineData(null, "2 4 3 1")]
    [InlineData(80, "3 1")]
    [InlineData(79, "3")]
    [InlineData(7, "")]
    public void Offers_AreFound_ByHowFastTheirNodesAnswer_AndWhatDoesNotAnswerIsNot(int? longest, string listings)
    {
        var query = new OfferQuery(null, null, OfferOrder.Price, IsDescending: false) { LongestAnswer = longest is { } time ? TimeSpan.FromMilliseconds(time) : null };

        Assert.Equal(listings, string.Join(' ', query.Apply(Offers, Latencies).Select(offer => offer.Listing)));
        Assert.Equal(longest is null ? listings : "", Shown(query));
    }

    [Theory]
    [InlineData("99", 99)]
    [InlineData("98", null)]
    [InlineData(" 99", null)]
    [InlineData("-99", null)]
    [InlineData("much", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData(null, null)]
    public void Bound_OfAnAddress_IsOneThatIsOffered(string? text, int? bound) => Assert.Equal(bound, OfferQuery.ParseBound(text, [90, 99]));

    [Fact]
    public void SpaceThatNoStakeCovers_IsNotLeft_AndNoCoverCountsTwice()
    {
        var (one, other) = (Offer(1, 1, space: 40, "DE", 0, 0, 10), Offer(2, 1, space: 5, "DE", 0, 0, 10));
        var (bare, free) = (one with { Room = new GiB(0) }, one with { Room = null });

        Assert.Equal((0UL, 3UL, 40UL), (bare.Rentable.Value, (one with { Room = new GiB(3) }).Rentable.Value, free.Rentable.Value));
        Assert.Equal(12UL, ProviderOffer.RentableOf([one with { Room = new GiB(7) }, one with { Room = new GiB(7), Available = new GiB(20) }, other]).Value);
        Assert.Equal(60UL, ProviderOffer.RentableOf([free, free with { Available = new GiB(20) }]).Value);
        Assert.Equal(["2", "1"], new OfferQuery(null, null, OfferOrder.Space, IsDescending: true).Apply([bare, other]).Select(offer => offer.Listing.ToString()));
    }

    static string Shown(OfferQuery query) => string.Join(' ', query.Apply(Offers).Select(offer => offer.Listing));

    static ProviderOffer Offer(byte number, ulong price, ulong space, string region, ulong proven, ulong missed, ulong stake)
    {
        var account = new byte[Address.Size];
        account[^1] = number;
        var provider = new Address(account);
        return new ProviderOffer(
            new ListingId(number), new ProviderEndpoint(provider, provider, new Uri($"https://node-{number}.example"), Hash256.Zero), new TokenAmount(price),
            new GiB(space), MinTerm: 1, MaxTerm: 100, AutoAccept: true, region, proven, missed, TokenAmount.FromTokens(stake), new GiB(0));
    }
}
