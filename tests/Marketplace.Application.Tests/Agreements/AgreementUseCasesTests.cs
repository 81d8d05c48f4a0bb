using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>On a real market, with a provider that never proves anything: billing cycles of 2 epochs, 3 of grace, 1 of notice.</summary>
public sealed class AgreementUseCasesTests : IAsyncLifetime
{
    static readonly TokenAmount PerEpoch = TokenAmount.FromTokens(10);

    MarketFixture chain = null!;
    AgreementId agreement;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        agreement = await chain.RentAsync(await chain.ProvideAsync(), term: 4);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    IMediator UseCasesOfTheConsumer()
    {
        var market = chain.Market;
        var sender = new TransactionSender(
            market.Client, chain.Consumer,
            new NonceTracker(market.Client, market.Deployment.ChainId, chain.Consumer.Address, new MemoryNonceStore(), TimeProvider.System),
            new FeeEstimator(market.Client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
            new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        return UseCases.Over(market, chain.Consumer, sender, new ConsumerAgreements(market));
    }

    async Task<AgreementInfo> ReadAsync() => (await chain.Market.Agreements.FindAsync(agreement))!;

    [Fact]
    public async Task Agreement_IsListed_WithItsEpochs()
    {
        await chain.GoToAsync((await ReadAsync()).Start + 1);

        var overview = await UseCasesOfTheConsumer().Send(new ListAgreements(chain.Consumer.Address, All: false));

        var running = Assert.Single(overview.Agreements);
        Assert.Equal((agreement, 3ul, 0ul), (running.Agreement.Id, running.EpochsLeft, running.EpochsProven));
    }

    [Fact]
    public async Task AgreementEndedEarly_RefundsTheRestOfItsTerm_AtOnce()
    {
        var before = await ReadAsync();
        await chain.GoToAsync(before.Start);

        var quote = Assert.IsType<EndingQuoting.Quoted>(await AskToEndAsync(agreement)).Quote;
        var done = Assert.Single((await UseCasesOfTheConsumer().Send(new EndAgreements([quote]))).Agreements);

        Assert.Equal(before.Start + 2, done.Agreement.End);
        Assert.Equal(PerEpoch * 2, done.Refunded);
        Assert.IsType<EndingQuoting.NotNow>(await AskToEndAsync(agreement));
        Assert.IsType<EndingQuoting.Unknown>(await AskToEndAsync(new AgreementId(99)));

        async Task<EndingQuoting> AskToEndAsync(AgreementId id) =>
            Assert.Single(await UseCasesOfTheConsumer().Send(new QuoteEndings(chain.Consumer.Address, [id])));
    }

    [Fact]
    public async Task UnprovenCycle_IsRefunded_AsSoonAsItIsOver()
    {
        await chain.GoToAsync((await ReadAsync()).Start + 2);

        var reclaimed = await UseCasesOfTheConsumer().Send(new ReclaimDeposits(Only: null));

        Assert.Equal((1, PerEpoch * 2), (reclaimed.CyclesSettled, reclaimed.Refunded));
        Assert.Empty(reclaimed.Closed);
    }

    [Fact]
    public async Task LastEpochOfGrace_StillSettles()
    {
        var terms = await ReadAsync();
        await chain.GoToAsync(terms.End + terms.SettlementGrace);

        var reclaimed = await UseCasesOfTheConsumer().Send(new ReclaimDeposits(Only: null));

        Assert.Equal((2, PerEpoch * 4), (reclaimed.CyclesSettled, reclaimed.Refunded));
        Assert.Equal(AgreementState.Ended, (await ReadAsync()).State);
    }

    [Fact]
    public async Task AgreementPastItsGrace_IsClosed_AndRefundedWhole()
    {
        var terms = await ReadAsync();
        await chain.GoToAsync(terms.End + terms.SettlementGrace + 1);

        var reclaimed = await UseCasesOfTheConsumer().Send(new ReclaimDeposits(agreement));

        Assert.Equal([agreement], reclaimed.Closed);
        Assert.Equal(PerEpoch * 4, reclaimed.Refunded);
        Assert.Equal(PerEpoch * 4, await chain.Market.Escrow.GetWithdrawableAsync(chain.Consumer.Address));
    }
}
