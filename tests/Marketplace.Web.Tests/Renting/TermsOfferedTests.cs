using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Renting;

namespace Marketplace.Web.Tests.Renting;

public sealed class TermsOfferedTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Terms_AreThoseThatEnoughProvidersHaveInCommon()
    {
        ProviderOffer[] offers = [Offer(1, 1, 10), Offer(1, 2, 100), Offer(2, 5, 200), Offer(3, 1, 50), Offer(4, 1, 900, space: 1)];
        Assert.Equal(new TermsOffered(5, 100), TermsOffered.For(NeedOf(2), offers, 1_000));
        Assert.Equal(new TermsOffered(5, 50), TermsOffered.For(NeedOf(3), offers, 1_000));
        Assert.Equal(new TermsOffered(5, 30), TermsOffered.For(NeedOf(3), offers, 30));
        Assert.Null(TermsOffered.For(NeedOf(3), offers, 4));
        Assert.Null(TermsOffered.For(NeedOf(4), offers, 1_000));
        Assert.Null(TermsOffered.For(NeedOf(2), [Offer(1, 1, 10), Offer(2, 11, 20)], 1_000));
    }

    [Theory]
    [InlineData(1, 100, 1ul, "hour")]
    [InlineData(1, 1_440, 1ul, "day")]
    [InlineData(1, 1_500, 25ul, "hour")]
    [InlineData(1, 100_000, 69ul, "day")]
    [InlineData(1, ulong.MaxValue, 1_000ul, "month")]
    [InlineData(1, 59, null, null)]
    [InlineData(90, 100, null, null)]
    public void Longest_IsSaidInTheFormsUnits(ulong shortest, ulong longest, ulong? length, string? unit)
    {
        var found = new TermsOffered(shortest, longest).LongestIn(Minute);
        Assert.Equal((length, unit), (found?.Length, found?.Unit));
    }

    [Fact]
    public void TimeThatTheMarketDoesNotGive_IsNotProposed()
    {
        var usual = RentalForm.Of("4", null, null, "small");
        ProviderOffer[] enough = [.. Enumerable.Range(1, 12).Select(number => Offer((byte)number, 1, 100_000))];
        Assert.Null(TermsOffered.Propose(usual, enough, 50_000, Minute));
        Assert.Equal(new ProposedTerm(4, "hour", TimeSpan.FromMinutes(256)), TermsOffered.Propose(usual, enough, 256, Minute));
        Assert.Equal(new ProposedTerm(2, "hour", TimeSpan.FromMinutes(120)), TermsOffered.Propose(usual, [.. enough[1..], Offer(1, 1, 120)], 256, Minute));
        // Nobody knows for how long those will rent out who are not there yet.
        Assert.Equal(4ul, TermsOffered.Propose(usual, [], 256, Minute)?.Length);
        Assert.Null(TermsOffered.Propose(usual, enough, 30, Minute));
    }

    static Need NeedOf(int providers) => new(providers, new GiB(3), 1, HighestPrice: null, DiversityRule.Standard);

    static Address Account(byte number) => new([.. Enumerable.Repeat(number, Address.Size)]);

    static ProviderOffer Offer(byte provider, ulong shortest, ulong longest, ulong space = 3) => new(
        new ListingId(1), new ProviderEndpoint(Account(provider), Account(provider), new Uri("https://provider.example"), Hash256.Zero),
        TokenAmount.FromTokens(1), new GiB(space), shortest, longest, true, "DE", 0, 0, TokenAmount.Zero, new GiB(0));
}
