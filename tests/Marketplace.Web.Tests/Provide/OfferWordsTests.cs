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
}
