using Marketplace.Application.Agreements;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>On a real market: 10 GiB at a token for a GiB and an epoch.</summary>
public sealed class QuoteEndingTests
{
    [Fact]
    public async Task Ending_BringsBackExactlyWhatWasQuoted_BeforeItsStart_InItsMiddle_AndNearItsEnd()
    {
        await using var chain = await MarketFixture.StartAsync();
        var listing = await chain.ProvideAsync();
        var cases = chain.CasesOf(chain.Consumer);
        foreach (var (term, passed, isExtended) in new (ulong, ulong, bool)[] { (6, 0, false), (9, 3, true), (4, 2, false), (5, 4, false) })
        {
            var id = await chain.RentAsync(listing, term);
            var agreement = (await chain.Market.Agreements.FindAsync(id))!;
            if (isExtended)
            {
                var more = Assert.IsType<ExtensionQuoting.Quoted>(
                    Assert.Single(await cases.Send(new QuoteExtensions(chain.Consumer.Address, [id], new GiB(2), 3, Listing: null)))).Quote;
                agreement = Assert.Single(Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements([more]))).Agreements).Agreement;
            }
            if (passed > 0)
                await chain.GoToAsync(agreement.Start + passed);

            var quote = Assert.IsType<EndingQuoting.Quoted>(Assert.Single(await cases.Send(new QuoteEndings(chain.Consumer.Address, [id])))).Quote;
            var done = Assert.Single((await cases.Send(new EndAgreements([quote]))).Agreements);

            Assert.Equal((done.Refunded, done.Agreement.End), (quote.Refund, quote.End));
        }
    }
}
