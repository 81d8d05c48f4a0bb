using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Outbox;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Protocol.Signatures;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Audits;
using Marketplace.Provider.Egress;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Proving;
using Marketplace.Provider.Proving.Rounds;
using Marketplace.Provider.Settlement;
using Marketplace.Provider.Transfer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Administration;

/// <summary>A provider node: keeps fragments, serves consumers, proves every epoch and collects what is owed.</summary>
public static class ProviderNode
{
    /// <summary>Runs the node until cancelled; what was accepted is finished first.</summary>
    /// <param name="home">The node's folder.</param>
    /// <param name="operatorKey">The node's key; disposed of by the caller.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="ready">Called once the node accepts connections.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NodeSettingsException">The settings are wrong, or do not fit what the chain says about this provider.</exception>
    /// <exception cref="DataDirectoryInUseException">The node runs already.</exception>
    /// <exception cref="NodeFaultException">It could not go on, for instance because its endpoint serves another chain now.</exception>
    public static async Task RunAsync(
        NodeHome home, PrivateKey operatorKey, Action<ILoggingBuilder> log, Action<NodeSettings> ready, CancellationToken cancellationToken)
    {
        var settings = home.LoadSettings();
        var deployment = await DeploymentFile.LoadAsync(home.DeploymentFile, cancellationToken);
        using var tls = TlsIdentity.Load(home.Folder, TimeProvider.System);
        using var connection = new RpcHttpConnection(RpcEndpoint.Parse(settings.Chain.OriginalString), new RpcConnectionOptions(), TimeProvider.System);
        var market = new Market(connection, deployment);
        var client = market.Client;
        await RegistrationCheck.RequireAsync(client, deployment, settings.OwnerAddress, operatorKey.Address, tls, cancellationToken);

        using var logging = LoggerFactory.Create(log);
        await using var store = ProviderStore.Open(StoreOptionsOf(home, settings), TimeProvider.System, logging.CreateLogger<ProviderStore>());
        await using var app = Build(settings, market, operatorKey, tls, store, home, log);
        await app.StartAsync(cancellationToken);
        ready(settings);
        await app.WaitForShutdownAsync(cancellationToken);
        if (app.Services.GetRequiredService<ChainService>().Fault is { } fault)
            throw new NodeFaultException($"The node had to stop: {fault.Message}", fault);
    }

    static StoreOptions StoreOptionsOf(NodeHome home, NodeSettings settings) => new()
    {
        DataDirectory = home.DataFolder,
        CapacityBytes = settings.CapacityGiB << 30,
        KeepFreeBytes = (long)(settings.KeepFreeGiB * (1L << 30)),
    };

    static WebApplication Build(
        NodeSettings settings, Market market, PrivateKey operatorKey, TlsIdentity tls, ProviderStore store, NodeHome home,
        Action<ILoggingBuilder> log)
    {
        // Nothing of the working folder or the environment configures a node, and no file beneath the folder is watched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        log(builder.Logging);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(TransferServer.Tune).ConfigureKestrel(kestrel =>
        {
            TransferServer.Listen(kestrel, settings.ListenEndPoint, tls);
            if (settings.AdminEndPoint is { } admin)
                kestrel.Listen(admin);
        });
        var deployment = market.Deployment;
        var identity = new NodeIdentity(
            new MarketDomain(deployment.ChainId, deployment.StorageAgreements, deployment.EgressVouchers), settings.OwnerAddress, operatorKey.Address);
        AddNode(builder.Services, settings, market, operatorKey, store, home, identity);

        var app = builder.Build();
        if (settings.AdminEndPoint is { } adminEndPoint)
        {
            app.MapAdministration(
                adminEndPoint, store.Health, app.Services.GetRequiredService<IProvingHealth>(), app.Services.GetRequiredService<AuditService>(),
                app.Services.GetRequiredService<PrometheusText>());
        }
        app.MapTransfer();
        return app;
    }

    static void AddNode(
        IServiceCollection services, NodeSettings settings, Market market, PrivateKey operatorKey, ProviderStore store,
        NodeHome home, NodeIdentity identity)
    {
        var database = new ChainDatabase(Path.Combine(home.DataFolder, "chain.db"));
        services.AddSingleton(settings).AddSingleton(market).AddSingleton(market.Deployment).AddSingleton(market.Client).AddSingleton(identity).AddSingleton(identity.Domain).AddSingleton(TimeProvider.System);
        services.AddSingleton(new OperatorKey(operatorKey)).AddSingleton(database);
        services.AddSingleton(store).AddSingleton(store.Fragments).AddSingleton(store.Agreements).AddSingleton(store.Checkpoints);
        services.AddSingleton(store.Losses).AddSingleton(store.Audits).AddSingleton(store.Vouchers);
        services.AddSingleton<NodeMetrics>().AddSingleton(_ => new PrometheusText(NodeMetrics.MeterName));
        services.AddSingleton(new AgreementProjection(identity.Provider, database.Open));
        services.AddSingleton(new AuditProjection(identity.Provider, database.Open));
        services.AddSingleton(new TransactionOutbox(database.Open, identity.Operator));
        services.AddSingleton(provider => DispatcherOf(provider, operatorKey));
        services.AddSingleton(market.Beacon).AddSingleton<IProvingChain, OutboxProvingChain>();
        var relays = new DrandRelayOptions { Relays = settings.DrandRelays, ChainHash = settings.DrandChain };
        services.AddSingleton<IDrandRelays>(_ => new HttpDrandRelays(relays, TimeProvider.System)).AddSingleton<RoundKeeper>();
        services.AddSingleton<ProvingService>();
        services.AddSingleton<ICheckpointReader>(provider => provider.GetRequiredService<ProvingService>());
        services.AddSingleton<IProvingHealth>(provider => provider.GetRequiredService<ProvingService>());
        services.AddSingleton<AgreementSync>().AddSingleton<SettlementService>();
        services.AddSingleton<AuditService>().AddSingleton<LossService>().AddSingleton<VoucherRedeemer>();
        services.AddTransfer();
        services.AddHostedService(provider => provider.GetRequiredService<ProvingService>());
        services.AddSingleton<ChainService>();
        services.AddHostedService(provider => provider.GetRequiredService<ChainService>());
        services.AddHostedService<StoreService>().AddHostedService<ScrubService>();
    }

    static OutboxDispatcher DispatcherOf(IServiceProvider provider, PrivateKey operatorKey)
    {
        var settings = provider.GetRequiredService<NodeSettings>();
        var client = provider.GetRequiredService<EthereumClient>();
        return new OutboxDispatcher(
            provider.GetRequiredService<TransactionOutbox>(),
            client,
            new LocalSigner(operatorKey),
            new FeeEstimator(client, new FeeEstimatorOptions()),
            MarketErrorMessages.Describe,
            new OutboxOptions
            {
                ChainId = provider.GetRequiredService<Deployment>().ChainId,
                Confirmations = Math.Max(1, settings.Confirmations),
                PollInterval = TimeSpan.FromSeconds(settings.PollSeconds),
            },
            TimeProvider.System,
            provider.GetRequiredService<ILogger<OutboxDispatcher>>());
    }
}

/// <summary>The node met something with which going on would be wrong.</summary>
public sealed class NodeFaultException(string message, Exception cause) : Exception(message, cause);
