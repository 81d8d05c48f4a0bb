using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Tests;

/// <summary>The use cases of one account of a market.</summary>
static class ConsumerCases
{
    public static IMediator CasesOf(this MarketFixture chain, LocalSigner signer) => chain.CasesOf(chain.Market, signer);

    /// <summary>On another market of the same chain.</summary>
    public static IMediator CasesOf(this MarketFixture chain, Market market, LocalSigner signer)
    {
        var sender = new TransactionSender(
            market.Client, signer,
            new NonceTracker(market.Client, market.Deployment.ChainId, signer.Address, new MemoryNonceStore(), TimeProvider.System),
            new FeeEstimator(market.Client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
            new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        return UseCases.Over(market, signer, sender, new ConsumerAgreements(market), TimeProvider.System);
    }
}
