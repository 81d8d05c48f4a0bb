using Marketplace.Application.Pipeline;
using Marketplace.Application.Stakes;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Application.Tests.Stakes;

/// <summary>On a real market: two agreements of 10 GiB, for which 40 tokens of stake are held; 20 are the provider's own, 100 a delegator's.</summary>
public sealed class WithdrawDelegationsTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    AgreementId stretching, other;
    Epoch lastEnd;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var (market, listing) = (chain.Market, await chain.ProvideAsync());
        await chain.SendAsync(chain.Owner, market.Stakes.SetCommission(1_000));
        var hundred = TokenAmount.FromTokens(100);
        await chain.CasesOf(chain.Deployer).Send(new DelegateStake(chain.Owner.Address, hundred, 1_000));
        stretching = await chain.RentAsync(listing, term: 90);
        other = await chain.RentAsync(listing, term: 12);
        lastEnd = (await market.Agreements.FindAsync(other))!.End;
        await chain.SendAsync(chain.Owner, market.Stakes.RequestUnstake(TokenAmount.FromTokens(180)));
        await chain.GoToAsync(await chain.EpochAsync() + 3);
        await chain.SendAsync(chain.Owner, market.Stakes.WithdrawUnstaked());
        await chain.CasesOf(chain.Deployer).Send(new Undelegate(chain.Owner.Address, null));
        await chain.GoToAsync(await chain.EpochAsync() + 3);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Delegator_SeesWhatItPutIn_AndPreparesToAskBackSome()
    {
        var (cases, provider, delegator) = (UseCases.Over(chain.Market), chain.Owner.Address, chain.Deployer.Address);
        await chain.CasesOf(chain.Deployer).Send(new DelegateStake(provider, TokenAmount.FromTokens(50), 1_000));
        var row = Assert.Single((await cases.Send(new ListDelegations(delegator))).Delegations);
        Assert.Equal((TokenAmount.FromTokens(150), TokenAmount.FromTokens(100)), (row.PutIn, row.AskedBack));
        Assert.Equal((TokenAmount.Zero, TokenAmount.Zero), (row.Gained, row.Lost));

        Assert.Equal(new PreparedUndelegation.TooLittle(row.Stake.Value), await cases.Send(new PrepareUndelegation(provider, delegator, TokenAmount.FromTokens(51))));
        Assert.IsType<PreparedUndelegation.TooLittle>(await cases.Send(new PrepareUndelegation(provider, chain.Consumer.Address, null)));
        var some = Assert.IsType<PreparedUndelegation.Ready>(await cases.Send(new PrepareUndelegation(provider, delegator, TokenAmount.FromTokens(20))));
        await chain.SendAsync(chain.Deployer, some.Action.Request(null));
        row = Assert.Single((await cases.Send(new ListDelegations(delegator))).Delegations);
        Assert.Equal(TokenAmount.FromTokens(30), row.Stake.Value);
        Assert.Equal(some.ReleaseEpoch, row.Stake.ReleaseEpoch);
        var rest = Assert.IsType<PreparedUndelegation.Ready>(await cases.Send(new PrepareUndelegation(provider, delegator, null)));
        Assert.Equal(TokenAmount.FromTokens(30), rest.Amount);
    }

    [Fact]
    public async Task WhatAgreementsThatRunHold_IsRefused()
    {
        await Assert.ThrowsAnyAsync<ContractErrorException>(() => WithdrawAsync(isOnly: true));
        var withdrawal = await WithdrawAsync(isOnly: false);
        Assert.Empty(withdrawal.Paid);
        var waiting = Assert.Single(withdrawal.Waiting);
        Assert.True(waiting.Stake.HeldUntil > lastEnd + 50);
        Assert.NotNull(waiting.Hindrance);
    }

    /// <summary>Anybody may have it let go, also while the wallet is about to.</summary>
    [Fact]
    public async Task HoldThatCannotBeShortened_HoldsUpNobodyElse()
    {
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(stretching));
        chain.Connection.AfterCall = async call =>
        {
            if (call.Method != "eth_estimateGas")
                return;
            chain.Connection.AfterCall = null;
            await chain.SendAsync(
                chain.Consumer, chain.Market.Stakes.ShortenHold(chain.Owner.Address, chain.Deployer.Address, [stretching, other]));
        };

        var waiting = Assert.Single((await WithdrawAsync(isOnly: false)).Waiting);

        Assert.NotNull(waiting.Hindrance);
        Assert.InRange(waiting.Stake.HeldUntil.Value, lastEnd.Value + 1, lastEnd.Value + 2);
    }

    /// <summary>A stranger's long agreement that is ended at once holds nobody for its whole term.</summary>
    [Fact]
    public async Task WhatAnAgreementHeldThatWasEndedEarly_IsLetGo_WhenTheOthersAreOver()
    {
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(stretching));

        var waiting = Assert.Single((await WithdrawAsync(isOnly: true)).Waiting);

        Assert.InRange(waiting.Stake.HeldUntil.Value, lastEnd.Value + 1, lastEnd.Value + 2);
        await chain.GoToAsync(waiting.Stake.HeldUntil + 1);
        Assert.Equal((chain.Owner.Address, TokenAmount.FromTokens(100)), Assert.Single((await WithdrawAsync(isOnly: true)).Paid));
    }

    Task<DelegationWithdrawal> WithdrawAsync(bool isOnly) =>
        chain.CasesOf(chain.Deployer).Send(new WithdrawDelegations(isOnly ? chain.Owner.Address : null));
}
