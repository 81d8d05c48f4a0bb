using Marketplace.Chain.Deployments;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Settlement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Administration;

/// <summary>Follows the chain and brings the node's transactions onto it. What makes either of them wrong ends the node.</summary>
sealed partial class ChainService(
    ChainDatabase database,
    EthereumClient client,
    Deployment deployment,
    NodeSettings settings,
    AgreementProjection projection,
    AgreementSync sync,
    SettlementService settlement,
    OutboxDispatcher dispatcher,
    TransactionOutbox outbox,
    TimeProvider time,
    ILoggerFactory logging,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.Open();
        var follower = new ChainFollower(
            new RpcChainSource(client, [deployment.StorageAgreements, deployment.PossessionProofs]),
            database.Open,
            [projection],
            new FollowerOptions
            {
                ChainId = deployment.ChainId,
                Market = deployment.StorageAgreements.ToString(),
                StartBlock = deployment.DeployBlock,
                PollInterval = TimeSpan.FromSeconds(settings.PollSeconds),
            },
            time,
            logging.CreateLogger<ChainFollower>());
        follower.Open();
        try
        {
            await Task.WhenAny(follower.RunAsync([sync, settlement], stoppingToken), dispatcher.RunAsync([settlement], stoppingToken)).Unwrap();
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            LogEnded(logging.CreateLogger<ChainService>(), fault);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(EventId = 2401, Level = LogLevel.Critical, Message = "The node cannot go on with this chain")]
    static partial void LogEnded(ILogger logger, Exception fault);
}

/// <summary>Gives space back that nothing needs any more.</summary>
sealed class StoreService(ProviderStore store) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => store.RunCollectionAsync(stoppingToken);
}
