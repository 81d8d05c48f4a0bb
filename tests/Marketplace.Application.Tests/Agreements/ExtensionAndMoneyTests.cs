using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>On a real market: 10 GiB at a token for a GiB and an epoch, over 6 epochs; billing cycles of 2 epochs, 3 of grace.</summary>
public sealed class ExtensionAndMoneyTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    ListingId listing;
    AgreementId agreement;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        listing = await chain.ProvideAsync();
        agreement = await chain.RentAsync(listing, term: 6);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 3)]
    public async Task Extension_TakesExactlyWhatWasQuoted(ulong space, ulong term)
    {
        var before = await ReadAsync();
        await chain.GoToAsync(before.Start + 1);
        var cases = chain.CasesOf(chain.Consumer);

        var quote = Assert.IsType<ExtensionQuoting.Quoted>(await cases.Send(Ask(space, term))).Quote;
        var extended = Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreement(quote)));

        // Added space is paid from the second epoch after this one on, added time for all of the space.
        var expected = 10 * term + space * (6 + term - 3);
        Assert.Equal(TokenAmount.FromTokens(expected), quote.Deposit);
        Assert.Equal(quote.Deposit, extended.Deposit);
        Assert.Equal((quote.NewSpace, quote.NewEnd), (extended.Agreement.Space, extended.Agreement.End));
        Assert.Equal((new GiB(10 + space), before.End + term), (extended.Agreement.Space, extended.Agreement.End));
    }

    [Fact]
    public async Task Extension_ThatCannotBe_IsSaid_BeforeAnythingIsSent()
    {
        var cases = chain.CasesOf(chain.Consumer);
        Assert.IsType<ExtensionQuoting.Unknown>(await cases.Send(Ask(1, 1) with { Id = new AgreementId(99) }));
        Assert.IsType<ExtensionQuoting.Unknown>(await cases.Send(Ask(1, 1) with { Consumer = chain.Owner.Address }));
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(41, 0)));
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(1, 0) with { Listing = new ListingId(99) }));
        var byHand = await PublishAsync(MarketFixture.Terms with { AutoAccept = false });
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(1, 0) with { Listing = byHand }));
        var forAnother = await PublishAsync(MarketFixture.Terms with { OnlyFor = chain.Owner.Address });
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(1, 0) with { Listing = forAnother }));
        var dear = await PublishAsync(MarketFixture.Terms with { Price = new TokenAmount(UInt128.MaxValue >> 4) });
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(0, 9) with { Listing = dear }));
        await chain.SendAsync(chain.Owner, chain.Market.Listings.Withdraw(listing));
        Assert.IsType<ExtensionQuoting.Unfit>(await cases.Send(Ask(0, 1)));

        var own = await PublishAsync(MarketFixture.Terms with { OnlyFor = chain.Consumer.Address });
        Assert.IsType<ExtensionQuoting.Quoted>(await cases.Send(Ask(0, 1) with { Listing = own }));
        var tooMuch = Assert.IsType<ExtensionQuoting.Quoted>(await cases.Send(Ask(40, 90) with { Listing = own })).Quote;
        Assert.IsType<ExtensionResult.NotEnoughTokens>(await cases.Send(new ExtendAgreement(tooMuch)));
        await chain.GoToAsync((await ReadAsync()).End);
        Assert.IsType<ExtensionQuoting.NotNow>(await cases.Send(Ask(0, 1) with { Listing = own }));
    }

    [Fact]
    public async Task DepositForReading_IsShown_AndComesBackWhenTheAgreementIsOver()
    {
        var (cases, deposit) = (chain.CasesOf(chain.Consumer), TokenAmount.FromTokens(9));
        Assert.IsType<ReadingDeposit.NotEnoughTokens>(await cases.Send(new DepositForReading([(agreement, TokenAmount.FromTokens(100_000))])));
        Assert.Equal(
            [new AgreementId(99)], Assert.IsType<ReadingDeposit.Unusable>(await cases.Send(new DepositForReading([(agreement, deposit), (new AgreementId(99), deposit)]))).Agreements);

        Assert.IsType<ReadingDeposit.Deposited>(await cases.Send(new DepositForReading([(agreement, deposit)])));

        var listed = Assert.Single((await cases.Send(new ListAgreements(chain.Consumer.Address, All: true))).Agreements);
        Assert.Equal(deposit, listed.Reading.Remaining);
        var terms = await ReadAsync();
        await chain.GoToAsync(terms.End + terms.SettlementGrace);
        Assert.Equal(TokenAmount.Zero, (await cases.Send(new ReclaimDeposits(null))).Reading);
        await chain.GoToAsync(terms.End + terms.SettlementGrace + 1);
        var reclaimed = await cases.Send(new ReclaimDeposits(null));
        Assert.Equal((deposit, reclaimed.Refunded + deposit), (reclaimed.Reading, reclaimed.Total));
        Assert.Equal(TokenAmount.Zero, (await cases.Send(new ReclaimDeposits(null))).Total);
    }

    QuoteExtension Ask(ulong space, ulong term) => new(chain.Consumer.Address, agreement, new GiB(space), term, null);

    async Task<ListingId> PublishAsync(Chain.Listings.ListingTerms terms) =>
        chain.Market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(terms)));

    async Task<AgreementInfo> ReadAsync() => (await chain.Market.Agreements.FindAsync(agreement))!;
}
