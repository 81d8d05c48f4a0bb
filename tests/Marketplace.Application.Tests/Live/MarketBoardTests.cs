using Marketplace.Application.Live;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Renting;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Live;

/// <summary>What is kept from block to block, beside what is read anew, on a real market.</summary>
public sealed class MarketBoardTests : IAsyncLifetime
{
    readonly CancellationTokenSource ended = new();
    MarketFixture chain = null!;
    MarketBoard board = null!;
    Task running = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var pulse = new MarketPulse(chain.Market, TimeSpan.FromMilliseconds(100), TimeProvider.System);
        board = new MarketBoard(chain.Market, pulse);
        running = Task.WhenAll(board.RunAsync(ended.Token), pulse.RunAsync(ended.Token));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        ended.Dispose();
        await chain.DisposeAsync();
    }

    [Fact]
    public async Task WhateverABlockChanges_TheBoardIsAsIfItWereReadAnew()
    {
        var market = chain.Market;
        var listing = await chain.ProvideAsync();
        Assert.Single(await ShouldAgreeAsync());
        await chain.RentAsync(listing, term: 5);
        Assert.Equal(new GiB(40), Assert.Single(await ShouldAgreeAsync()).Available);
        var second = market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, market.Listings.Publish(MarketFixture.Terms with { Price = TokenAmount.FromTokens(2) })));
        Assert.Equal(2, (await ShouldAgreeAsync()).Count);
        await chain.SendAsync(chain.Owner, market.Listings.Change(second, MarketFixture.Terms with { Price = TokenAmount.FromTokens(3) }));
        Assert.Equal(TokenAmount.FromTokens(3), (await ShouldAgreeAsync())[1].Price);
        await chain.SendAsync(chain.Owner, market.Registry.Update(chain.Particulars with { Region = "FR" }));
        Assert.All(await ShouldAgreeAsync(), offer => Assert.Equal("FR", offer.Region));
        await chain.SendAsync(chain.Owner, market.Stakes.RequestUnstake(TokenAmount.FromTokens(100)));
        Assert.All(await ShouldAgreeAsync(), offer => Assert.Equal(TokenAmount.FromTokens(100), offer.Stake));
        await chain.SendAsync(chain.Owner, market.Listings.Change(second, MarketFixture.Terms with { OnlyFor = chain.Consumer.Address }));
        Assert.Single(await ShouldAgreeAsync());
        await chain.SendAsync(chain.Owner, market.Listings.Withdraw(listing));
        Assert.Empty(await ShouldAgreeAsync());
        await chain.GoToAsync(await chain.EpochAsync() + 1);
        Assert.Empty(await ShouldAgreeAsync());
    }

    /// <summary>At the newest block that changed something.</summary>
    async Task<IReadOnlyList<Client.Selection.ProviderOffer>> ShouldAgreeAsync()
    {
        var anew = await new ChainMarketView(chain.Market).GetOffersAsync(consumer: null, default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var snapshot in board.Snapshots.WatchAsync(patience.Token))
        {
            if (snapshot.Offers.SequenceEqual(anew))
                return anew;
        }
        Assert.Fail("The board never came to what the chain says.");
        return [];
    }
}
