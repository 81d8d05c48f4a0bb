using Marketplace.Application.Agreements;
using Marketplace.Application.Tests.Audits;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>On a real market: 10 GiB at a token for a GiB and an epoch, over 8 epochs; billing cycles of 2 epochs, 3 of grace.</summary>
public sealed class ListDuesTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    AgreementId agreement;
    Epoch start;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        agreement = await chain.RentAsync(await chain.ProvideAsync(), term: 8);
        start = (await ReadAsync()).Start;
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task MissedEpochs_AreNotStillToCome_ThoughTheEscrowHoldsThem()
    {
        Assert.Equal(new AgreementDue(TokenAmount.Zero, Tokens(80)), await DueAsync());

        await chain.GoToAsync(start + 6);

        Assert.Equal(Tokens(80), (await ReadAsync()).Remaining);
        Assert.Equal(new AgreementDue(TokenAmount.Zero, Tokens(20)), await DueAsync());
    }

    [Fact]
    public async Task ProvenEpochs_AreDue_UntilTheTimeToCollectThemIsOver()
    {
        var provider = new WatchedProvider(chain, agreement);
        await provider.CommitAsync(null);
        await provider.ProveAsync(start, null);
        await provider.ProveAsync(start + 2, null);
        await chain.GoToAsync(start + 3);
        Assert.Equal(new AgreementDue(Tokens(20), Tokens(50)), await DueAsync());

        // The first cycle ended with start + 2, and three more epochs are left to collect it.
        await chain.GoToAsync(start + 5);
        Assert.Equal(new AgreementDue(Tokens(20), Tokens(30)), await DueAsync());
        await chain.GoToAsync(start + 6);
        Assert.Equal(new AgreementDue(Tokens(10), Tokens(20)), await DueAsync());
        await chain.GoToAsync(start + 8);
        Assert.Equal(new AgreementDue(TokenAmount.Zero, TokenAmount.Zero), await DueAsync());
    }

    /// <summary>Pay stops with the epoch of the declaration, and goes on with the billing cycle after the one in which the loss is made good.</summary>
    [Fact]
    public async Task ProvenEpochs_AreNotDue_WhileALossIsDeclared_AndUntilTheNextCycle()
    {
        var provider = new WatchedProvider(chain, agreement);
        await provider.CommitAsync(null);
        await provider.ProveAsync(start, null);
        await chain.GoToAsync(start + 2);
        await chain.SendAsync(chain.Operator, chain.Market.Losses.Declare(new LostNode(agreement, 1, Keccak256.Hash("lost"), 3)));
        await provider.ProveAsync(start + 2, null);
        await chain.GoToAsync(start + 3);
        Assert.Equal(new AgreementDue(Tokens(10), TokenAmount.Zero), await DueAsync());
        Assert.Equal((true, null), await StandingAsync());

        await chain.SendAsync(chain.Operator, chain.Market.Losses.Restore(agreement));
        Assert.Equal(new AgreementDue(Tokens(10), Tokens(40)), await DueAsync());
        Assert.Equal((false, start + 4), await StandingAsync());

        await chain.GoToAsync(start + 4);
        Assert.Equal(new AgreementDue(Tokens(10), Tokens(40)), await DueAsync());
        Assert.Equal((false, null), await StandingAsync());
        Assert.Equal(
            [new(start, true, false), new(start + 1, false, false), new(start + 2, true, true), new(start + 3, false, true), new(start + 4, false, false)],
            (await chain.CasesOf(chain.Consumer).Send(new ListAgreementProofs(await ReadAsync()))).Proofs);

        async Task<(bool, Epoch?)> StandingAsync()
        {
            var row = Assert.Single((await chain.CasesOf(chain.Consumer).Send(new ListAgreements(chain.Consumer.Address, All: false))).Agreements);
            return (row.IsSuspended, row.PaidAgainFrom);
        }
    }

    static TokenAmount Tokens(ulong tokens) => TokenAmount.FromTokens(tokens);

    async Task<AgreementInfo> ReadAsync() => (await chain.Market.Agreements.FindAsync(agreement))!;

    async Task<AgreementDue> DueAsync() => (await chain.CasesOf(chain.Consumer).Send(new ListDues([await ReadAsync()])))[agreement];
}
