using System.Net;
using Marketplace.Application.Agreements;
using Marketplace.Application.Money;
using Marketplace.Application.Transactions;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>What an action is said to cost before anything is signed, on a real chain.</summary>
public sealed class PreviewActionTests : IAsyncLifetime
{
    static readonly Address DataKey = Address.Parse("0x00000000000000000000000000000000000da7a0");
    static readonly Need Need = new(1, new GiB(10), 4, null, DiversityRule.OwnersOnly);

    MarketFixture chain = null!;
    WalletAction action = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(1_000)));
        var offer = Assert.Single(await new ChainMarketView(chain.Market).GetOffersAsync(consumer: null, default), offer => offer.Listing == listing);
        var quote = new RentalQuote(Need, [new ProbedOffer(offer, TimeSpan.Zero, IPAddress.Loopback)], offer.Price * Need.Space.Value * Need.Term);
        action = await new PrepareRentalHandler(chain.Market).Handle(new PrepareRental(quote, DataKey), default);
    }

    Task IAsyncLifetime.DisposeAsync() => chain.DisposeAsync().AsTask();

    Task<ActionOutlook> PreviewAsync(PreviewAction question) =>
        new PreviewActionHandler(chain.Market, new FeeEstimator(chain.Market.Client, new FeeEstimatorOptions()), TimeProvider.System).Handle(question, default);

    [Fact]
    public async Task Fee_IsTold_BeforeThePermitIsSigned_AndIsNotLessThanWithIt()
    {
        var before = Assert.IsType<ActionOutlook.Fits>(await PreviewAsync(new PreviewAction(action, chain.Consumer.Address)));
        Assert.NotNull(before.Permit);
        Assert.Equal(2, before.Questions);
        var permit = await chain.Market.Token.SignPermitAsync(chain.Consumer, before.Permit.Spender, before.Permit.Value, before.Permit.Deadline);

        var with = Assert.IsType<ActionOutlook.Fits>(await PreviewAsync(new PreviewAction(action, chain.Consumer.Address, permit)));

        Assert.Null(with.Permit);
        // The signature's own bytes and the gas of another path: not less, and by no more than a fiftieth.
        Assert.InRange(before.Gas!.Value, with.Gas!.Value, with.Gas.Value * 51 / 50);
        var receipt = await chain.SendAsync(chain.Consumer, action.Request(permit));
        Assert.InRange(receipt.GasUsed, 1UL, before.Gas.Value);
        Assert.True(receipt.Fee <= before.HighestFee!.Value);
        var standing = await new DescribeWalletHandler(chain.Market).Handle(new DescribeWallet(chain.Consumer.Address), default);
        Assert.Equal((TokenAmount.FromTokens(1_000) - before.Permit.Value, TokenAmount.Zero), (standing.Tokens, standing.Withdrawable));
        Assert.True(standing.Ether > Wei.Zero);
    }

    [Fact]
    public async Task Fee_IsNotTold_WhereTheEndpointCannotPretend_ButTheActionFits()
    {
        chain.Connection.CannotPretend = true;

        var outlook = Assert.IsType<ActionOutlook.Fits>(await PreviewAsync(new PreviewAction(action, chain.Consumer.Address)));

        Assert.NotNull(outlook.Permit);
        Assert.Null(outlook.HighestFee);
    }
}
