using Marketplace.Application.Activity;
using Marketplace.Application.Agreements;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using MediatR;

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

    /// <summary>What the command line shows, what the contract books, what leaves the wallet, and what the escrow says that epochs cost.</summary>
    [Theory]
    [InlineData(0, 3, 1_000)]
    [InlineData(2, 0, 1_000)]
    [InlineData(2, 3, 1_000)]
    [InlineData(0, 3, 1_337)]
    [InlineData(3, 0, 333)]
    [InlineData(2, 3, 2_001)]
    [InlineData(1, 1, 0)]
    public async Task Extension_TakesExactlyWhatWasQuoted(ulong space, ulong term, ulong milliTokens)
    {
        var before = await ReadAsync();
        var price = new TokenAmount(TokenAmount.FromTokens(milliTokens).Value / 1_000);
        ListingId? other = milliTokens == 1_000 ? null : await PublishAsync(MarketFixture.Terms with { Price = price });
        await chain.GoToAsync(before.Start + 1);
        var (cases, wallet) = (chain.CasesOf(chain.Consumer), await TokensAsync());

        var quote = await QuoteAsync(cases, Ask(space, term) with { Listing = other });
        var extended = await ExtendAsync(cases, quote);

        // Added space is paid from the second epoch after this one on, added time for all of the space.
        Assert.Equal(price * (10 * term + space * (6 + term - 3)), quote.Deposit);
        Assert.Equal((quote.Deposit, quote.Deposit), (extended.Deposit, wallet - await TokensAsync()));
        Assert.Equal((quote.NewSpace, quote.NewEnd), (extended.Agreement.Space, extended.Agreement.End));
        Assert.Equal((new GiB(10 + space), before.End + term), (extended.Agreement.Space, extended.Agreement.End));
        Assert.Equal(extended.Agreement.Deposited, await CostOfAllEpochsAsync(extended.Agreement));
    }

    /// <summary>Each extension is quoted and paid at the price of its own offer, whatever there was before.</summary>
    [Fact]
    public async Task Extensions_OneAfterTheOther_TakeWhatWasQuotedEach()
    {
        var dear = await PublishAsync(MarketFixture.Terms with { Price = TokenAmount.FromTokens(3) });
        await chain.GoToAsync((await ReadAsync()).Start);
        var cases = chain.CasesOf(chain.Consumer);
        foreach (var (space, term, offer) in new (ulong, ulong, ListingId?)[] { (1, 0, null), (0, 4, dear), (3, 2, null), (2, 0, listing) })
        {
            var wallet = await TokensAsync();
            var quote = await QuoteAsync(cases, Ask(space, term) with { Listing = offer });
            var extended = await ExtendAsync(cases, quote);
            Assert.Equal((quote.Deposit, quote.Deposit), (extended.Deposit, wallet - await TokensAsync()));
            Assert.Equal(extended.Agreement.Deposited, await CostOfAllEpochsAsync(extended.Agreement));
        }
    }

    /// <summary>These events name the agreement and the offer, and neither side's account.</summary>
    [Fact]
    public async Task Activity_TellsOfExtensions_Ends_AndChangedOffers_ToWhomTheyConcern()
    {
        await chain.GoToAsync((await ReadAsync()).Start);
        var cases = chain.CasesOf(chain.Consumer);
        await ExtendAsync(cases, await QuoteAsync(cases, Ask(0, 2)));
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(agreement));
        await chain.SendAsync(chain.Owner, chain.Market.Listings.Change(listing, MarketFixture.Terms with { Price = TokenAmount.FromTokens(3) }));
        await chain.SendAsync(chain.Owner, chain.Market.Listings.Withdraw(listing));

        var past = UseCases.Over(chain.Market, new BlockTimes(chain.Market.Client), TimeProvider.System);
        var rented = await KindsAsync(chain.Consumer.Address);
        var provided = await KindsAsync(chain.Owner.Address);

        Assert.Contains(typeof(StorageAgreements.AgreementExtendedEvent), rented);
        Assert.Contains(typeof(StorageAgreements.AgreementTerminatedEvent), rented);
        Assert.DoesNotContain(typeof(StorageAgreements.AgreementActivatedEvent), rented);
        Assert.DoesNotContain(typeof(ListingBook.ListingChangedEvent), rented);
        Assert.Contains(typeof(StorageAgreements.AgreementExtendedEvent), provided);
        Assert.Contains(typeof(ListingBook.ListingChangedEvent), provided);
        Assert.Contains(typeof(ListingBook.ListingWithdrawnEvent), provided);
        Assert.DoesNotContain(typeof(StorageAgreements.AgreementExtendedEvent), await KindsAsync(chain.Deployer.Address));
        // All of it is about the one provider, whether it is named or not.
        var all = await past.Send(new ListMarketActivity(100));
        Assert.All(
            [typeof(ProviderRegistry.ProviderRegisteredEvent), typeof(StorageAgreements.AgreementProposedEvent), typeof(StorageAgreements.AgreementExtendedEvent), typeof(ListingBook.ListingWithdrawnEvent)],
            kind => Assert.Contains(all, entry => entry.Event.GetType() == kind && entry.Provider == chain.Owner.Address));
        Assert.Equal(2, (await past.Send(new ListMarketActivity(2))).Count);

        async Task<List<Type>> KindsAsync(Address account) =>
            [.. (await past.Send(new ListActivity(account, 100))).Select(entry => entry.Event.GetType())];
    }

    /// <summary>Each is told once, also to the provider, whom the declaration names.</summary>
    [Fact]
    public async Task Loss_DeclaredAndRestored_IsToldToBothSides_AndTheAgreementIsSuspendedBetween()
    {
        Assert.False(await IsSuspendedAsync());
        await chain.SendAsync(chain.Operator, chain.Market.Losses.Declare(new LostNode(agreement, 1, Keccak256.Hash("lost"), 3)));
        Assert.True(await IsSuspendedAsync());
        await chain.SendAsync(chain.Operator, chain.Market.Losses.Restore(agreement));
        Assert.False(await IsSuspendedAsync());

        foreach (var account in new[] { chain.Consumer.Address, chain.Owner.Address })
        {
            var told = await UseCases.Over(chain.Market, new BlockTimes(chain.Market.Client), TimeProvider.System).Send(new ListActivity(account, 100));
            Assert.Single(told, entry => entry.Event is DeclaredLosses.LossDeclaredEvent);
            Assert.Single(told, entry => entry.Event is DeclaredLosses.LossRestoredEvent);
        }

        async Task<bool> IsSuspendedAsync() =>
            Assert.Single((await chain.CasesOf(chain.Consumer).Send(new ListAgreements(chain.Consumer.Address, All: false))).Agreements).IsSuspended;
    }

    /// <summary>The quote is the most: whoever waits until the next epoch pays for one less of the added space.</summary>
    [Fact]
    public async Task Extension_ThatIsSentAnEpochLater_CostsLessThanWasQuoted()
    {
        var cases = chain.CasesOf(chain.Consumer);
        await chain.GoToAsync((await ReadAsync()).Start);
        var quote = await QuoteAsync(cases, Ask(2, 0));
        await chain.GoToAsync((await ReadAsync()).Start + 1);

        var extended = await ExtendAsync(cases, quote);

        Assert.Equal(TokenAmount.FromTokens(2), quote.Deposit - extended.Deposit);
    }

    [Fact]
    public async Task Extension_ThatCannotBe_IsSaid_BeforeAnythingIsSent()
    {
        var cases = chain.CasesOf(chain.Consumer);
        Assert.IsType<ExtensionQuoting.Unknown>(Assert.Single(await cases.Send(Ask(1, 1) with { Ids = [new AgreementId(99)] })));
        Assert.IsType<ExtensionQuoting.Unknown>(Assert.Single(await cases.Send(Ask(1, 1) with { Consumer = chain.Owner.Address })));
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(41, 0))));
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(1, 0) with { Listing = new ListingId(99) })));
        var byHand = await PublishAsync(MarketFixture.Terms with { AutoAccept = false });
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(1, 0) with { Listing = byHand })));
        var forAnother = await PublishAsync(MarketFixture.Terms with { OnlyFor = chain.Owner.Address });
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(1, 0) with { Listing = forAnother })));
        var dear = await PublishAsync(MarketFixture.Terms with { Price = new TokenAmount(UInt128.MaxValue >> 4) });
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(0, 9) with { Listing = dear })));
        await chain.SendAsync(chain.Owner, chain.Market.Listings.Withdraw(listing));
        Assert.IsType<ExtensionQuoting.Unfit>(Assert.Single(await cases.Send(Ask(0, 1))));

        var own = await PublishAsync(MarketFixture.Terms with { OnlyFor = chain.Consumer.Address });
        Assert.IsType<ExtensionQuoting.Quoted>(Assert.Single(await cases.Send(Ask(0, 1) with { Listing = own })));
        var tooMuch = await QuoteAsync(cases, Ask(40, 90) with { Listing = own });
        Assert.IsType<ExtensionResult.NotEnoughTokens>(await cases.Send(new ExtendAgreements([tooMuch])));
        await chain.GoToAsync((await ReadAsync()).End);
        Assert.IsType<ExtensionQuoting.NotNow>(Assert.Single(await cases.Send(Ask(0, 1) with { Listing = own })));
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
        var owing = await cases.Send(new ListAgreements(chain.Consumer.Address, All: false));
        Assert.Equal(deposit, Assert.Single(owing.Agreements).ReadingToReclaim(owing.Now));
        var reclaimed = await cases.Send(new ReclaimDeposits(null));
        Assert.Empty((await cases.Send(new ListAgreements(chain.Consumer.Address, All: false))).Agreements);
        Assert.Equal((deposit, reclaimed.Refunded + deposit), (reclaimed.Reading, reclaimed.Total));
        Assert.Equal(TokenAmount.Zero, (await cases.Send(new ReclaimDeposits(null))).Total);
    }

    Task<TokenAmount> TokensAsync() => chain.Market.Token.GetBalanceAsync(chain.Consumer.Address);

    /// <summary>By the rates that the contract pays out.</summary>
    async Task<TokenAmount> CostOfAllEpochsAsync(AgreementInfo terms)
    {
        var rates = await chain.Market.Agreements.GetRatesAsync(terms.Id);
        var cost = TokenAmount.Zero;
        for (var epoch = terms.Start; epoch < terms.End; epoch += 1)
            cost += rates.Last(rate => rate.From <= epoch).Rate;
        return cost;
    }

    QuoteExtensions Ask(ulong space, ulong term) => new(chain.Consumer.Address, [agreement], new GiB(space), term, null);

    static async Task<ExtensionQuote> QuoteAsync(IMediator cases, QuoteExtensions asked) =>
        Assert.IsType<ExtensionQuoting.Quoted>(Assert.Single(await cases.Send(asked))).Quote;

    static async Task<ExtendedAgreement> ExtendAsync(IMediator cases, ExtensionQuote quote) =>
        Assert.Single(Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements([quote]))).Agreements);

    async Task<ListingId> PublishAsync(Chain.Listings.ListingTerms terms) =>
        chain.Market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(terms)));

    async Task<AgreementInfo> ReadAsync() => (await chain.Market.Agreements.FindAsync(agreement))!;
}
