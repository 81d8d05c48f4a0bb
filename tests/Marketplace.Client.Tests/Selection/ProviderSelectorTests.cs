using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Tests.Selection;

public sealed class ProviderSelectorTests
{
    static readonly Need Twelve = new(12, new GiB(10), 30, null, DiversityRule.Standard);

    static Address Owner(int number)
    {
        var bytes = new byte[20];
        BitConverter.TryWriteBytes(bytes.AsSpan(16), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number));
        return new Address(bytes);
    }

    static ProbedOffer Offer(int owner, string ip, string region, ulong price = 100, ulong space = 100, ulong missed = 0,
        double latency = 0.05, int? listing = null) =>
        new(
            new ProviderOffer(
                new ListingId((UInt128)(listing ?? owner + 1)), new ProviderEndpoint(
                    Owner(owner), Owner(owner + 10_000), new Uri("https://example:1"), Hash256.Zero),
                new TokenAmount(price), new GiB(space), 1, 365, true, region, 50, missed, new TokenAmount(1000), new GiB(10)),
            TimeSpan.FromSeconds(latency),
            IPAddress.Parse(ip));

    static SelectionResult Choose(Need need, params ProbedOffer[] offers) =>
        ProviderSelector.Choose(need, [.. offers.Select(offer => offer.Offer)], offers);

    static ProbedOffer[] Diverse(int count, Func<int, ProbedOffer>? make = null) =>
        [.. Enumerable.Range(0, count).Select(make ?? (i => Offer(i, $"10.0.{i}.1", $"R{i % 6}")))];

    [Fact]
    public void Choice_FromEnoughDifferentProviders_IsMade()
    {
        var chosen = Assert.IsType<SelectionResult.Chosen>(Choose(Twelve, Diverse(12)));
        Assert.Equal(12, chosen.Offers.Select(offer => offer.Offer.Endpoint.Provider).Distinct().Count());
    }

    [Fact]
    public void Choice_AmongAbsurdPrices_TakesNoneOfWhichTheDepositIsNoAmount()
    {
        ProbedOffer[] offers = [.. Diverse(12), .. Diverse(1, _ => Offer(50, "10.50.0.1", "X"))];
        offers[^1] = offers[^1] with { Offer = offers[^1].Offer with { Price = new TokenAmount(UInt128.MaxValue) } };
        Assert.DoesNotContain(offers[^1], Assert.IsType<SelectionResult.Chosen>(Choose(Twelve, offers)).Offers);
        var refusal = Assert.IsType<SelectionResult.NotEnough>(Choose(Twelve, offers[1..]));
        Assert.Equal("12 providers needed, 11 found: 1 too expensive.", refusal.Message);
    }

    /// <summary>The contracts would refuse the whole rental for it: whoever offers much for little, with nothing behind it, could keep others from renting.</summary>
    [Fact]
    public void Choice_TakesNobodyWhoseStakeDoesNotCoverIt()
    {
        ProbedOffer[] offers = [.. Diverse(12), Offer(50, "10.50.0.1", "X", price: 1)];
        offers[^1] = offers[^1] with { Offer = offers[^1].Offer with { Room = new GiB(9) } };
        Assert.DoesNotContain(offers[^1], Assert.IsType<SelectionResult.Chosen>(Choose(Twelve, offers)).Offers);
        var refusal = Assert.IsType<SelectionResult.NotEnough>(Choose(Twelve, offers[1..]));
        Assert.Equal("12 providers needed, 11 found: 1 with too little space.", refusal.Message);
        offers[^1] = offers[^1] with { Offer = offers[^1].Offer with { Room = new GiB(10) } };
        Assert.Contains(offers[^1], Assert.IsType<SelectionResult.Chosen>(Choose(Twelve, offers)).Offers);
    }

    [Fact]
    public void Choice_TakesNobodyWhoIsExcepted_AsThoughItOfferedNothing()
    {
        ProbedOffer[] offers = [.. Diverse(13)];
        var need = Twelve with { Except = [offers[0].Offer.Endpoint.Provider] };
        Assert.DoesNotContain(offers[0], Assert.IsType<SelectionResult.Chosen>(Choose(need, offers)).Offers);
        var refusal = Assert.IsType<SelectionResult.NotEnough>(Choose(need, offers[..12]));
        Assert.Equal("12 providers needed, 11 found (no other is listed).", refusal.Message);
    }

    [Fact]
    public void Choice_WithTooFew_SaysExactlyWhatIsMissing()
    {
        var offers = Diverse(9).Concat(
        [
            Offer(20, "10.1.0.1", "R0", price: 1000), Offer(21, "10.1.1.1", "R1", price: 1001), Offer(22, "10.1.2.1", "R2", price: 999),
            Offer(23, "10.0.3.77", "R3"), Offer(24, "10.0.4.77", "R4"), Offer(25, "10.2.0.1", "R5", space: 9), Offer(26, "10.3.0.1", "R0"),
        ]).ToArray();
        var refusal = Assert.IsType<SelectionResult.NotEnough>(ProviderSelector.Choose(
            Twelve with { HighestPrice = new TokenAmount(500) }, [.. offers.Select(offer => offer.Offer),
                Offer(30, "10.9.9.9", "R5").Offer], offers));
        Assert.Equal(9, refusal.Found);
        Assert.Equal(
            "12 providers needed, 9 found: 3 too expensive, 1 with too little space, 1 not reachable, 2 in a subnet already chosen, 1 in a region that holds its share.",
            refusal.Message);
    }

    [Fact]
    public void Choice_OfOneMachine_NeedsTheRuleForIt()
    {
        var offers = Diverse(12, i => Offer(i, "127.0.0.1", ""));
        Assert.IsType<SelectionResult.NotEnough>(Choose(Twelve, offers));
        Assert.IsType<SelectionResult.Chosen>(Choose(Twelve with { Diversity = DiversityRule.OwnersOnly }, offers));
    }

    [Fact]
    public void Choice_PrefersCheapReliableAndQuick()
    {
        var need = new Need(1, new GiB(1), 30, null, DiversityRule.Standard);
        Address Best(params ProbedOffer[] offers) =>
            Assert.IsType<SelectionResult.Chosen>(Choose(need, offers)).Offers[0].Offer.Endpoint.Provider;
        Assert.Equal(Owner(2), Best(Offer(1, "10.0.1.1", "A", price: 101), Offer(2, "10.0.2.1", "B")));
        Assert.Equal(Owner(2), Best(Offer(1, "10.0.1.1", "A", missed: 20), Offer(2, "10.0.2.1", "B", price: 120)));
        Assert.Equal(Owner(2), Best(Offer(1, "10.0.1.1", "A", latency: 1.5), Offer(2, "10.0.2.1", "B", price: 110)));
    }

    [Fact]
    public void Choice_OfAProviderWithSeveralListings_TakesTheCheapestThatFits()
    {
        var need = new Need(1, new GiB(10), 30, null, DiversityRule.Standard);
        var chosen = Assert.IsType<SelectionResult.Chosen>(Choose(
            need, Offer(1, "10.0.1.1", "A", price: 1, space: 5, listing: 1), Offer(
                1, "10.0.1.1", "A", price: 70, listing: 2), Offer(1, "10.0.1.1", "A", listing: 3)));
        Assert.Equal(new ListingId(2), chosen.Offers[0].Offer.Listing);
    }

    [Fact]
    public void Choice_WhereGreedWouldFail_IsStillFound()
    {
        // The best of subnet 1 would take the only place of region X that subnet 2 needs.
        var need = new Need(2, new GiB(1), 30, null, DiversityRule.Standard);
        Assert.IsType<SelectionResult.Chosen>(Choose(
            need, Offer(1, "10.0.1.1", "X", price: 10), Offer(2, "10.0.1.2", "Y", price: 20), Offer(3, "10.0.2.1", "X", price: 30)));
    }

    static readonly Gen<ProbedOffer[]> Offers =
        from count in Gen.Choose(0, 14)
        from rows in Gen.Choose(0, 5).Zip(Gen.Choose(0, 3)).Zip(Gen.Choose(1, 200)).ArrayOf(count)
        select rows.Select(
            (row, i) => Offer(i, $"10.0.{row.Item1.Item1}.{i + 1}", $"R{row.Item1.Item2}", price: (ulong)row.Item2)).ToArray();

    [Fact]
    public void Choice_Always_KeepsTheRulesAndIsTheLargestThereIs() =>
        Prop.ForAll(Offers.Zip(Gen.Choose(1, 7)).ToArbitrary(), sample =>
        {
            var (offers, wanted) = sample;
            var need = new Need(wanted, new GiB(1), 30, null, DiversityRule.Standard);
            var most = LargestByTrial(offers, wanted, need.Diversity.RegionLimit(wanted));
            return Choose(need, offers) switch
            {
                SelectionResult.Chosen chosen => most >= wanted && chosen.Offers.Count == wanted
                    && chosen.Offers.GroupBy(offer => DiversityRule.SubnetOf(offer.Address)).All(group => group.Count() == 1)
                    && chosen.Offers.GroupBy(offer => offer.Offer.Region).All(group => group.Count() <= need.Diversity.RegionLimit(wanted)),
                SelectionResult.NotEnough refusal => refusal.Found == most && most < wanted
                    && refusal.Found + refusal.Missing.Sum(row => row.Providers) == offers.Length,
                _ => false,
            };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Choice_InAnyOrderOfTheListings_IsTheSame() =>
        Prop.ForAll(Offers.ToArbitrary(), offers =>
        {
            var need = new Need(4, new GiB(1), 30, null, DiversityRule.Standard);
            return Show(Choose(need, offers)) == Show(Choose(need, [.. offers.Reverse()]));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.77", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2::3", "20010db80001/48")]
    public void Subnet_OfAnAddress_IsItsNetwork(string address, string subnet) =>
        Assert.Equal(subnet, DiversityRule.SubnetOf(IPAddress.Parse(address)));

    static string Show(SelectionResult result) =>
        result is SelectionResult.Chosen chosen
            ? string.Join(",", chosen.Offers.Select(offer => offer.Offer.Listing)) : ((SelectionResult.NotEnough)result).Message;

    /// <summary>Tries every subset.</summary>
    static int LargestByTrial(ProbedOffer[] offers, int wanted, int regionLimit)
    {
        var best = 0;
        for (var set = 0; set < 1 << offers.Length; set++)
        {
            var size = System.Numerics.BitOperations.PopCount((uint)set);
            if (size <= best || size > wanted)
                continue;
            var members = offers.Where((_, i) => (set >> i & 1) == 1).ToArray();
            if (members.GroupBy(offer => DiversityRule.SubnetOf(offer.Address)).All(group => group.Count() == 1)
                && members.GroupBy(offer => offer.Offer.Region).All(group => group.Count() <= regionLimit))
                best = size;
        }
        return best;
    }
}
