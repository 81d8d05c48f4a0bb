using System.Globalization;
using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

public sealed class OfferWordsTests
{
    const ulong Gib = 1UL << 30;

    static readonly ListingTerms Terms = new(TokenAmount.FromTokens(2), new GiB(16), 1, 100, TokenAmount.Zero, AutoAccept: true);

    [Fact]
    public void EveryTerm_IsSaid()
    {
        Assert.Equal("16\u00A0GiB at 2\u00A0SPACE for a GiB and epoch, for 1 to 100 epochs. Reading is free. Agreements are accepted at once.", OfferWords.Of(Terms));
        Assert.Equal(
            "16\u00A0GiB at 2\u00A0SPACE for a GiB and epoch, for 1 to 100 epochs, to 0x14dC…9955 alone. Reading a GiB costs 0.5\u00A0SPACE. You answer each request by hand.",
            OfferWords.Of(Terms with
            {
                EgressPrice = new TokenAmount(500_000_000_000_000_000), AutoAccept = false, OnlyFor = Address.Parse("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
            }));
    }

    [Fact]
    public void MoreThanCanBeKept_IsWarnedOf()
    {
        Assert.Null(OfferWords.WarningOf(Terms, 16 * Gib, new GiB(16)));
        Assert.Null(OfferWords.WarningOf(Terms, null, new GiB(16)));
        Assert.Contains("Your node has 15\u00A0GiB free for it.", OfferWords.WarningOf(Terms, 15 * Gib, new GiB(16)), StringComparison.Ordinal);
        Assert.Contains("Your stake covers 15\u00A0GiB more.", OfferWords.WarningOf(Terms, null, new GiB(15)), StringComparison.Ordinal);
        var absurd = OfferWords.WarningOf(Terms with { Available = new GiB(100_000_000_000) }, 16 * Gib, new GiB(26));
        Assert.Equal(
            "This is more than you can keep. Your node has 16\u00A0GiB free for it. Your stake covers 26\u00A0GiB more. "
                + "What is rented and does not fit is not proven, and slashed.", absurd);
    }

    [Fact]
    public void RequestThatCannotBeKept_IsWarnedOf_WithTheStakeThatAMissCosts()
    {
        var sound = MadeStanding.Standing(stake: 560) with { Node = new NodeAnswer.There(16 * Gib, "1", TimeSpan.Zero) };
        sound = sound with { Duties = sound.Duties with { OperatorEther = new Wei(UInt128.Parse("1000000000000000000", CultureInfo.InvariantCulture)) } };
        var request = MadeStanding.Agreement(3, end: 0) with { Space = new GiB(4), State = AgreementState.Proposed };
        const string Cost = "Each missed epoch then costs 6\u00A0SPACE of stake, 4\u00A0SPACE of it for this request.";

        Assert.Null(OfferWords.WarningOf(request, sound));
        Assert.Null(OfferWords.WarningOf(request, sound with { Node = null }));
        Assert.Equal(Cost, OfferWords.MissWordsOf(request, sound));
        Assert.Equal($"Your node does not answer. What is not proven is not paid. {Cost}", OfferWords.WarningOf(request, sound with { Node = new NodeAnswer.Away("Gone.") }));
        Assert.Equal(
            $"Its account has 0\u00A0ETH left for the fees of its proofs. What is not proven is not paid. {Cost}",
            OfferWords.WarningOf(request, sound with { Duties = sound.Duties with { OperatorEther = new Wei(0) } }));
        Assert.Equal(
            $"Your node has 3\u00A0GiB free for it. What is not proven is not paid. {Cost}",
            OfferWords.WarningOf(request, sound with { Node = new NodeAnswer.There(5 * Gib, "1", TimeSpan.Zero) }));
        var bare = MadeStanding.Standing(stake: 60);
        Assert.Equal(
            $"Your stake covers 1\u00A0GiB more. The chain refuses it until you stake more. {Cost}",
            OfferWords.WarningOf(request, bare with { Duties = bare.Duties with { OperatorEther = sound.Duties.OperatorEther } }));
    }

    [Fact]
    public void Price_IsSaidAsTheMarketComparesIt_BesideTheOthers()
    {
        var price = new TokenAmount(1_000_000_000_000_000);
        Assert.Equal("That is 0.03\u00A0SPACE for a GiB and 30 days.", OfferWords.PriceOf(price, 30, null));
        Assert.Equal("That is 0.03\u00A0SPACE for a GiB and 30 days; 0.06\u00A0SPACE is in the middle of all offers.", OfferWords.PriceOf(price, 30, price * 2));
        Assert.Equal("That is more than there can ever be for a GiB and 30 days.", OfferWords.PriceOf(new TokenAmount(UInt128.MaxValue), 30, price));
    }
}
