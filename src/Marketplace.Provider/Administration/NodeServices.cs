using Marketplace.Chain.Deployments;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Audits;
using Marketplace.Provider.Egress;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Proving;
using Marketplace.Provider.Scrubbing;
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
    AuditProjection auditProjection,
    AgreementSync sync,
    SettlementService settlement,
    AuditService audits,
    LossService losses,
    VoucherRedeemer vouchers,
    ProvingService proving,
    OutboxDispatcher dispatcher,
    TransactionOutbox outbox,
    TimeProvider time,
    ILoggerFactory logging,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Why the node had to stop; null if it did not have to.</summary>
    public Exception? Fault { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One that ends takes the other with it: neither may go on alone while the node stops.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            outbox.Open();
            var follower = Follower();
            follower.Open();
            // Audits come before what closes agreements: they say what has to stay.
            Task[] both =
            [
                follower.RunAsync([audits, sync, settlement, losses, vouchers], ending.Token),
                dispatcher.RunAsync([settlement, proving, audits, losses, vouchers], ending.Token),
            ];
            var first = await Task.WhenAny(both);
            await ending.CancelAsync();
            await Task.WhenAll(both).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await first;
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            Fault = fault;
            LogEnded(logging.CreateLogger<ChainService>(), fault);
            lifetime.StopApplication();
        }
    }

    ChainFollower Follower() => new(
        new RpcChainSource(client, [deployment.StorageAgreements, deployment.PossessionProofs, deployment.StorageAudits]),
        database.Open,
        [projection, auditProjection],
        new FollowerOptions
        {
            ChainId = deployment.ChainId,
            Market = deployment.StorageAgreements.ToString(),
            StartBlock = deployment.DeployBlock,
            PollInterval = TimeSpan.FromSeconds(settings.PollSeconds),
        },
        time,
        logging.CreateLogger<ChainFollower>());

    [LoggerMessage(EventId = 2401, Level = LogLevel.Critical, Message = "The node cannot go on with this chain, and stops")]
    static partial void LogEnded(ILogger logger, Exception fault);
}

/// <summary>Gives space back that nothing needs any more.</summary>
sealed class StoreService(ProviderStore store) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => store.RunCollectionAsync(stoppingToken);
}

/// <summary>Reads everything that is stored again and again, so that what rots is declared in time.</summary>
sealed class ScrubService : BackgroundService
{
    readonly FragmentScrub scrub;
    readonly ScrubOptions options;
    readonly ILogger<ScrubService> logger;

    public ScrubService(ProviderStore store, NodeSettings settings, NodeMetrics metrics, ILogger<ScrubService> logger)
    {
        scrub = store.Scrub;
        options = new ScrubOptions { BytesPerSecond = settings.ScrubMiBPerSecond << 20 };
        this.logger = logger;
        metrics.Gauge("marketplace_scrub_bytes", "Bytes that this round has read again and hashed.", () => scrub.Current.Bytes);
        metrics.Gauge("marketplace_scrub_rotten", "Fragments that this round has found lost.", () => scrub.Current.Rotten);
        metrics.Gauge("marketplace_scrub_mended", "Fragments whose inner hashes this round has written anew.", () => scrub.Current.Mended);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => scrub.RunAsync(options, logger, stoppingToken);
}
