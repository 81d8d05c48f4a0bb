using System.Numerics;
using Marketplace.Chain.Accounting;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain.Tests.Markets;

/// <summary>Delegated stake, extensions and private offers on a real chain.</summary>
public sealed class StakeAndExtensionTests : IAsyncLifetime
{
    MarketFixture chain = null!;

    Market Market => chain.Market;

    public async Task InitializeAsync() => chain = await MarketFixture.StartAsync();

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Delegation_AskedBackAndWithdrawn_ComesBackWhole()
    {
        await chain.ProvideAsync();
        var provider = chain.Owner.Address;
        Assert.Equal(new ProviderCommission(false, 0, 0, new Epoch(0)), await Market.Stakes.GetCommissionAsync(provider));
        await chain.SendAsync(chain.Owner, Market.Stakes.SetCommission(2_000));
        await chain.SendAsync(chain.Deployer, Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(60)));
        var amount = TokenAmount.FromTokens(50);
        var expected = await Market.Stakes.PreviewDelegateAsync(provider, amount);

        await chain.SendAsync(
            chain.Consumer, Market.Stakes.Delegate(provider, amount, 2_000, expected, await chain.PermitAsync(chain.Consumer, Market.Stakes.Address, amount)));

        var delegation = await Market.Stakes.GetDelegationAsync(provider, chain.Consumer.Address);
        Assert.Equal((expected, amount), (delegation.Shares, delegation.Value));
        Assert.Equal(amount, (await Market.Stakes.GetAsync(provider)).Delegated);
        Assert.Equal(TokenAmount.FromTokens(250), (await Market.Stakes.GetAsync(provider)).CoverWith(MarketFixture.Parameters.MinSelfStakeBps));
        Assert.Equal(new ProviderCommission(true, 2_000, 2_000, new Epoch(0)), await Market.Stakes.GetCommissionAsync(provider));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);

        await chain.SendAsync(chain.Consumer, Market.Stakes.RequestUndelegate(provider, BigInteger.Pow(2, 200)));
        delegation = await Market.Stakes.GetDelegationAsync(provider, chain.Consumer.Address);
        Assert.Equal((BigInteger.Zero, amount), (delegation.Shares, delegation.Undelegating));
        await chain.GoToAsync(delegation.ReleaseEpoch);
        await chain.SendAsync(chain.Consumer, Market.Stakes.WithdrawUndelegated(provider));

        Assert.Equal(TokenAmount.FromTokens(60), await Market.Token.GetBalanceAsync(chain.Consumer.Address));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    [Fact]
    public async Task Commission_AboveWhatADelegatorBears_IsRefusedWithBoth()
    {
        await chain.ProvideAsync();
        await chain.SendAsync(chain.Owner, Market.Stakes.SetCommission(2_001));

        var refusal = await Assert.ThrowsAsync<ContractErrorException>(() => chain.SendAsync(
            chain.Deployer, Market.Stakes.Delegate(chain.Owner.Address, TokenAmount.FromTokens(1), 2_000, 0, null)));

        Assert.Equal(new CommissionAboveLimitError(chain.Owner.Address, 2_001, 2_000), refusal.Error);
    }

    [Fact]
    public async Task Agreement_ExtendedInSpaceAndTime_PaysEachEpochAtItsOwnRate()
    {
        var listing = await chain.ProvideAsync();
        var id = await chain.RentAsync(listing, 4);
        var before = (await Market.Agreements.FindAsync(id))!;
        await chain.SendAsync(chain.Owner, Market.Listings.Change(listing, MarketFixture.Terms with { Price = TokenAmount.FromTokens(2), Available = new GiB(40) }));
        var addedFrom = before.Start.Value > (await chain.EpochAsync()).Value + 2 ? before.Start : await chain.EpochAsync() + 2;
        var deposit = TokenAmount.FromTokens(2 * (5 * (before.End - addedFrom + 3) + (10 * 3)));

        await chain.SendAsync(chain.Consumer, Market.Agreements.Extend(
            id, new AgreementExtension(null, new GiB(5), 3, deposit), await chain.PermitAsync(chain.Consumer, Market.Escrow.Address, deposit)));

        var after = (await Market.Agreements.FindAsync(id))!;
        Assert.Equal((new GiB(15), before.End + 3, TokenAmount.FromTokens(40) + deposit), (after.Space, after.End, after.Deposited));
        var rates = await Market.Agreements.GetRatesAsync(id);
        Assert.Equal(TokenAmount.FromTokens(20), rates.Last(rate => rate.From < before.End && rate.Rate.Value > 0).Rate);
        Assert.Equal(new AgreementRate(before.End, TokenAmount.FromTokens(30)), rates[^1]);
        Assert.Equal(new GiB(35), (await Market.Listings.GetAsync(listing)).Terms.Available);
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    [Fact]
    public async Task Listing_ForOneConsumer_IsRefusedToOthers()
    {
        await chain.ProvideAsync();
        var terms = MarketFixture.Terms with { OnlyFor = chain.Operator.Address };
        var listing = Market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, Market.Listings.Publish(terms)));

        var refusal = await Assert.ThrowsAsync<ContractErrorException>(() => chain.RentAsync(listing, 4));

        Assert.Equal(new ListingIsPrivateError(listing, chain.Consumer.Address), refusal.Error);
        Assert.Equal(terms, (await Market.Listings.GetAsync(listing)).Terms);
    }
}
