using System.Net;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>Renting on a real chain that takes blocks back.</summary>
public sealed class RentSpaceTests : IAsyncLifetime
{
    static readonly Address DataKey = Address.Parse("0x00000000000000000000000000000000000da7a0");
    static readonly Need Need = new(1, new GiB(10), 4, null, DiversityRule.OwnersOnly);

    readonly string folder = Directory.CreateTempSubdirectory("marketplace-rent-").FullName;
    MarketFixture chain = null!;
    ListingId listing;
    CatalogDatabase catalog = null!;
    HttpProviderTransport transport = null!;
    RentalService rentals = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(1_000)));
        catalog = CatalogDatabase.Open(Path.Combine(folder, "catalog.db"));
        var at = chain.Market.Deployment;
        var domain = new MarketDomain(at.ChainId, at.StorageAgreements, at.EgressVouchers);
        transport = new HttpProviderTransport(domain, dataKey: null, new TransportOptions(), TimeProvider.System);
        rentals = new RentalService(chain.Market, new ChainMarketView(chain.Market), transport, catalog, TimeProvider.System);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        transport.Dispose();
        catalog.Dispose();
        await chain.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    TransactionSender SenderWith(int confirmations) => new(
        chain.Market.Client, chain.Consumer,
        new NonceTracker(chain.Market.Client, chain.Market.Deployment.ChainId, chain.Consumer.Address, new MemoryNonceStore(), TimeProvider.System),
        new FeeEstimator(chain.Market.Client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
        new TransactionSenderOptions { Confirmations = confirmations, PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);

    async Task<RentalQuote> QuoteAsync()
    {
        var offer = Assert.Single(await new ChainMarketView(chain.Market).GetOffersAsync(consumer: null, default), offer => offer.Listing == listing);
        return new RentalQuote(Need, [new ProbedOffer(offer, TimeSpan.Zero, IPAddress.Loopback)], offer.Price * Need.Space.Value * Need.Term);
    }

    async Task<AgreementId> RentAsync(int confirmations, CancellationToken cancellationToken = default) => Assert.Single(
        Assert.IsType<RentalResult.Opened>(
            await rentals.RentAsync(await QuoteAsync(), DataKey, chain.Consumer, SenderWith(confirmations), cancellationToken)).Agreements);

    AgreementId[] Known() => [.. catalog.Read(read => read.ListAgreements()).Select(agreement => agreement.Id)];

    [Fact]
    public async Task Agreement_ThatAReorganisationUndoes_IsOpenedAgain_WhileTheCommandWaits()
    {
        var renting = RentAsync(confirmations: 3);
        while (await chain.Market.Agreements.FindAsync(new AgreementId(1)) is null)
            await Task.Delay(20);
        await chain.ReorganiseAsync(1);
        while (!renting.IsCompleted)
        {
            await chain.MineAsync();
            await Task.Delay(100);
        }

        var opened = (await chain.Market.Agreements.FindAsync(await renting))!;
        Assert.Equal((DataKey, chain.Consumer.Address), (opened.DataKey, opened.Consumer));
        Assert.Equal([opened.Id], Known());
        // Paid for once.
        Assert.Equal(TokenAmount.FromTokens(1_000) - (await QuoteAsync()).Deposit, await chain.Market.Token.GetBalanceAsync(chain.Consumer.Address));
    }

    [Fact]
    public async Task Agreement_ThatIsTakenBackAfterwards_IsForgotten_AlsoWhenAnotherHasItsNumber()
    {
        var opened = await RentAsync(confirmations: 1);
        Assert.Equal([opened], Known());

        await chain.ReorganiseAsync(1);
        await rentals.SynchroniseAsync(DataKey, default);
        Assert.Empty(Known());

        var again = await RentAsync(confirmations: 1);
        await chain.ReorganiseAsync(1);
        var stranger = await chain.RentAsync(listing, term: 5);
        Assert.Equal(again, stranger);
        await rentals.SynchroniseAsync(DataKey, default);
        Assert.Empty(Known());
    }

    [Fact]
    public async Task Agreement_OfAnEarlierBlock_IsFoundOnce_AndKeptWithItsTerms()
    {
        var opened = await RentAsync(confirmations: 1);
        await rentals.SynchroniseAsync(DataKey, default);
        await chain.MineAsync(400);
        await rentals.SynchroniseAsync(DataKey, default);
        await rentals.SynchroniseAsync(DataKey, default);
        Assert.Equal([opened], Known());
    }
}
