using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;
using Marketplace.Web.Providers;

namespace Marketplace.Web.Tests.Providers;

public sealed class TermWordsTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(2ul, 500ul, 512ul, "That is 2\u00A0min to 8\u00A0h 20\u00A0min.")]
    [InlineData(2ul, 500ul, null, "That is 2\u00A0min to 8\u00A0h 20\u00A0min.")]
    [InlineData(2ul, 100_000ul, 512ul, "That is 2\u00A0min to 8\u00A0h 32\u00A0min, which is the longest that any agreement runs; it can be extended.")]
    [InlineData(600ul, 100_000ul, 512ul, "Nobody can take that: no agreement runs for longer than 8\u00A0h 32\u00A0min.")]
    [InlineData(3ul, 2ul, 512ul, "")]
    [InlineData(null, 2ul, 512ul, "")]
    public void WhatIsTyped_IsSaidAsTime(ulong? shortest, ulong? longest, ulong? most, string words) =>
        Assert.Equal(words, TermWords.Typed(shortest, longest, most, Minute));

    [Fact]
    public void Offer_IsForNoLongerThanAnyAgreementRuns()
    {
        var terms = new ListingTerms(TokenAmount.Zero, new GiB(1), 1, ulong.MaxValue, TokenAmount.Zero, AutoAccept: true);
        Assert.Equal(("1\u00A0min", "8\u00A0h 32\u00A0min"), TermWords.Of(terms, 512, Minute));
        Assert.Equal(("1\u00A0min", "1000\u00A0y"), TermWords.Of(terms, null, Minute));
        Assert.Null(TermWords.Of(terms with { MinTerm = 513 }, 512, Minute));
    }

    [Fact]
    public void PriceThatNobodyCanPay_IsSaidAllTheSame()
    {
        Assert.Equal(TokenAmount.FromTokens(43_200), Times.PriceByMonth(TokenAmount.FromTokens(1), Minute));
        Assert.Equal(new TokenAmount(UInt128.MaxValue), Times.PriceByMonth(new TokenAmount(UInt128.MaxValue), Minute));
    }
}
