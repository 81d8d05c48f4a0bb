using Marketplace.Core.Primitives;
using Marketplace.Web.Markets;

namespace Marketplace.Web.Tests.Markets;

public sealed class PriceWordsTests
{
    static readonly TokenAmount Absurd = new(UInt128.MaxValue);

    [Fact]
    public void Price_IsThatInTheMiddle() =>
        Assert.Equal(
            ("2 SPACE", "for a GiB and 30 days, in the middle of all offers."),
            PriceWords.Of([TokenAmount.FromTokens(5), TokenAmount.FromTokens(1), TokenAmount.FromTokens(0)], epochsPerMonth: 2));

    [Fact]
    public void Price_OfNobody_IsNone() => Assert.Equal(("None yet", "Nobody offers space yet."), PriceWords.Of([], epochsPerMonth: 30));

    /// <summary>Anybody can offer space at any price.</summary>
    [Fact]
    public void Price_LeavesOutWhatNobodyCanPay_AndSaysSo()
    {
        Assert.Equal(
            ("1 SPACE", "for a GiB and 30 days, in the middle of all offers but 1, which asks for more than there can ever be."),
            PriceWords.Of([Absurd, TokenAmount.FromTokens(1)], epochsPerMonth: 1));
        Assert.Equal(
            ("1 SPACE", "for a GiB and 30 days, in the middle of all offers but 2, which ask for more than there can ever be."),
            PriceWords.Of([Absurd, TokenAmount.FromTokens(1), Absurd], epochsPerMonth: 1));
        Assert.Equal(("None to pay", "Every offer asks for more than there can ever be."), PriceWords.Of([Absurd], epochsPerMonth: 30));
    }
}
