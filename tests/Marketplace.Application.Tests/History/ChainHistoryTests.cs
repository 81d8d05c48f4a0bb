using Marketplace.Application.Activity;
using Marketplace.Application.Agreements;
using Marketplace.Application.Audits;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Application.Providers;
using Marketplace.Application.Stakes;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.History;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Tests.History;

/// <summary>What a further block costs pages that show histories, and what they show when blocks are replaced; on a real chain.</summary>
public sealed class ChainHistoryTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    RecordingConnection endpoint = null!;
    Market market = null!;
    IMediator cases = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        endpoint = new RecordingConnection(chain.Connection);
        market = new Market(endpoint, chain.Market.Deployment);
        cases = UseCases.Over(market, new BlockTimes(market.Client), new ConsumerAgreements(market), new ProviderAgreements(market));
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task AFurtherBlock_CostsThePageOfAProvider_TheNewestBlocksOfEachListAlone()
    {
        await chain.RentAsync(await chain.ProvideAsync(), term: 5);
        await chain.SendAsync(chain.Owner, market.Stakes.SetCommission(1_000));
        await chain.CasesOf(chain.Deployer).Send(new DelegateStake(chain.Owner.Address, TokenAmount.FromTokens(100), 1_000));
        await chain.MineAsync(200);
        await ReadProviderAsync();
        Assert.Contains(endpoint.LogRanges, range => range.First == market.Deployment.DeployBlock);
        await chain.MineAsync();
        endpoint.Forget();

        await Task.WhenAll(ReadProviderAsync(), ReadProviderAsync(), ReadProviderAsync());

        var head = await market.Client.GetBlockNumberAsync();
        // Offers, agreements, audits, credits, misses, losses, slashes, delegations and what was asked back of them.
        Assert.Equal(9, endpoint.LogRanges.Count);
        Assert.All(endpoint.LogRanges, range => Assert.Equal((head - ChainHistory.Depth, head), range));
        endpoint.Forget();
        await ReadProviderAsync();
        Assert.Empty(endpoint.LogRanges);
        Assert.InRange(endpoint.Requests, 1, 40);
    }

    [Fact]
    public async Task AFurtherBlock_CostsThePagesOfAConsumer_TheNewestBlocksOfEachListAlone()
    {
        var agreement = (await market.Agreements.FindAsync(await chain.RentAsync(await chain.ProvideAsync(), term: 5)))!;
        await chain.GoToAsync(agreement.Start);
        await chain.MineAsync(200);
        await ReadConsumerAsync(agreement);
        await chain.MineAsync();
        endpoint.Forget();

        await ReadConsumerAsync(agreement);

        var head = await market.Client.GetBlockNumberAsync();
        Assert.All(endpoint.LogRanges, range => Assert.Equal((head - ChainHistory.Depth, head), range));
        // Agreements, proofs, delegations, what names the account in three places, and what became of agreements and was lost of them.
        Assert.Equal(8, endpoint.LogRanges.Count);
    }

    [Fact]
    public async Task WhatABlockSaidThatWasReplaced_IsSaidNoMore()
    {
        await chain.ProvideAsync();
        await chain.MineAsync(100);
        Assert.Single(await ListAsync());
        await chain.SendDirectlyAsync(chain.Owner, market.Listings.Publish(MarketFixture.Terms));
        Assert.Equal(2, (await ListAsync()).Count);
        await chain.ReorganiseAsync(3);
        Assert.Single(await ListAsync());
        await chain.SendDirectlyAsync(chain.Owner, market.Listings.Publish(MarketFixture.Terms));
        Assert.Equal(2, (await ListAsync()).Count);
    }

    /// <summary>Also by the provider, who is not asked for it again once no block can take its end back.</summary>
    [Fact]
    public async Task AgreementsThatAreOver_AreAskedForUntilNoBlockCanTakeTheirEndBack()
    {
        var listing = await chain.ProvideAsync();
        var agreement = await chain.RentAsync(listing, term: 5);
        var other = await chain.RentAsync(listing, term: 5);
        await chain.SendAsync(chain.Consumer, market.Agreements.Terminate(agreement));
        var info = (await market.Agreements.FindAsync(agreement))!;
        await chain.GoToAsync(info.End + info.SettlementGrace + 2);
        Assert.Equal(2, (await ListOpenAsync()).Count);
        await chain.SendDirectlyAsync(chain.Consumer, market.Agreements.Close(agreement));
        Assert.Equal([other], await ListOpenAsync());
        await chain.ReorganiseAsync(1);
        Assert.Equal([agreement, other], await ListOpenAsync());
        await chain.SendDirectlyAsync(chain.Consumer, market.Agreements.Close(agreement));
        Assert.Equal([other], await ListOpenAsync());
        await chain.MineAsync(100);
        Assert.Equal([other], await ListOpenAsync());
        endpoint.Forget();
        Assert.Equal([other], await ListOpenAsync());
        Assert.Equal(1, endpoint.CallsOf("eth_call"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public async Task AChainThatBeganAnew_IsReadAnew_AlsoWhereItIsHigherThanBefore(int blocks)
    {
        var before = await market.Client.GetBlockNumberAsync();
        await chain.ProvideAsync();
        await chain.MineAsync(100);
        Assert.Single(await ListAsync());
        await chain.RollbackAsync((int)(await market.Client.GetBlockNumberAsync() - before));
        await chain.MineAsync(blocks);
        Assert.Empty(await ListAsync());
        Assert.Empty(await ListAsync());
    }

    async Task<IReadOnlyList<AgreementId>> ListOpenAsync() => [.. (await cases.Send(new ListProviderAgreements(chain.Owner.Address))).Select(agreement => agreement.Id)];

    async Task<IReadOnlyList<object>> ListAsync() => await market.FindEventsAsync<Chain.Contracts.ListingBook.ListingPublishedEvent>(
        market.Listings.Address, Chain.Contracts.ListingBook.ListingPublishedEvent.Filter(), await market.Client.GetHeadAsync());

    async Task ReadProviderAsync()
    {
        var owner = chain.Owner.Address;
        await cases.Send(new DescribeProvider(owner, 48));
        await cases.Send(new DescribeDuties(owner, chain.Operator.Address));
        await cases.Send(new ListProviderAgreements(owner));
        await cases.Send(new ListAudits(null, owner));
        await cases.Send(new ListEarnings(owner));
        await cases.Send(new ListIncidents(owner));
        await cases.Send(new ListDelegators(owner));
    }

    async Task ReadConsumerAsync(AgreementInfo agreement)
    {
        var consumer = chain.Consumer.Address;
        await cases.Send(new ListAgreements(consumer, All: true));
        await cases.Send(new ListAgreementProofs(agreement));
        await cases.Send(new ListDelegations(consumer));
        await cases.Send(new ListActivity(consumer, 10));
    }
}
