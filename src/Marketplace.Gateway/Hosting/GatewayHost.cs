using Marketplace.Application.Live;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Chain;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Gateway.Security;
using Marketplace.Protocol.Signatures;
using Marketplace.Web;
using Marketplace.Web.Serving;
using Marketplace.Web.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Hosting;

/// <summary>A running gateway: the dApp on an address of this machine.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>Of strangers too, where others can reach it.</summary>
    const int MostConnections = 512;

    /// <summary>How long what is being answered may take when the gateway ends.</summary>
    static readonly TimeSpan Ending = TimeSpan.FromSeconds(5);

    readonly WebApplication app;
    bool isEnded;

    GatewayHost(WebApplication app, Uri address, int port, IVisitorGuard visitors)
    {
        (this.app, Address, Port) = (app, address, port);
        StartAddress = visitors is StartSecret secret ? new Uri(address, secret.StartPathAndQuery) : address;
    }

    /// <summary>Where it is opened.</summary>
    public Uri Address { get; }

    /// <summary>Where it listens; a router can show another one to the outside.</summary>
    public int Port { get; }

    /// <summary>
    /// What its user's browser is started with. Without a password it holds the secret that keeps other users of this machine out.
    /// </summary>
    public Uri StartAddress { get; }

    /// <summary>What it is made of.</summary>
    internal IServiceProvider Services => app.Services;

    /// <summary>Starts to serve.</summary>
    /// <param name="options">How.</param>
    /// <param name="market">Which market; stays the caller's.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="GatewaySettingsException">The options make no sense, or would open the gateway to others.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GatewayHost> StartAsync(GatewayOptions options, Market market, Action<ILoggingBuilder> log, CancellationToken cancellationToken)
    {
        options.Check();
        var app = Build(options, market, log);
        try
        {
            await app.StartAsync(cancellationToken);
            // What an earlier run sent is followed from now on, whether a page asks for it or not.
            app.Services.GetRequiredService<SentTransactions>();
            var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            return new GatewayHost(app, options.Remote?.AddressOf(address.Port) ?? address, address.Port, app.Services.GetRequiredService<IVisitorGuard>());
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when the gateway does.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isEnded, true))
            return;
        // Pages hear that the vault is locked, and that their connection ends, before what they are made of is gone: else they would fail.
        await app.Services.GetRequiredService<VaultDoor>().LockAsync();
        using var patience = new CancellationTokenSource(Ending);
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    static WebApplication Build(GatewayOptions options, Market market, Action<ILoggingBuilder> log)
    {
        // Nothing of the working folder or the environment configures a gateway, and no file beneath the folder is watched: all that pages load is embedded.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(MarketplaceWeb).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        log(builder.Logging);
        // Why it does not start is its caller's to say, who has the fault.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // A browser brings cookies of the run before; it gets new ones.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen, listen => options.Remote?.Encrypt(listen));
            if (options.Remote is not null)
                (kestrel.Limits.MaxConcurrentConnections, kestrel.Limits.MaxConcurrentUpgradedConnections) = (MostConnections, MostConnections / 4);
        });
        // Tokens against forgery live as long as this process; nothing of them is written to disk.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.HttpOnly = true;
            if (options.Remote is not null)
                (forgery.Cookie.Name, forgery.Cookie.SecurePolicy) = ("__Host-marketplace-forgery", CookieSecurePolicy.Always);
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(services => VisitorsOf(options, services.GetRequiredService<ILogger<SessionFile>>()));
        var pulse = new MarketPulse(market, options.Pulse, TimeProvider.System);
        var board = new MarketBoard(market, pulse);
        builder.Services.AddSingleton(pulse).AddSingleton(board).AddSingleton(new NetworkBoard(market, pulse));
        // Made by the container, which closes its connections in the end.
        builder.Services.AddSingleton(_ => new HttpProviderTransport(DomainOf(market), dataKey: null, new TransportOptions(), TimeProvider.System));
        builder.Services.AddSingleton<IProviderTransport>(services => services.GetRequiredService<HttpProviderTransport>());
        builder.Services.AddSingleton(services => new LatencyBoard(
            board, new ProviderProber(services.GetRequiredService<HttpProviderTransport>()), TimeSpan.FromMinutes(2), TimeProvider.System));
        builder.Services.AddHostedService<PulseService>().AddHostedService<BoardService>();
        builder.Services.AddSingleton(_ => new VaultDoor(market, options.Vault, options.Client, TimeProvider.System));
        builder.Services.AddSingleton(services => new TransferQueue(
            services.GetRequiredService<VaultDoor>(), options.Vault, options.Transfers, TimeProvider.System, TransferService.LoggerOf(services.GetRequiredService<ILogger<TransferService>>())));
        builder.Services.AddHostedService<TransferService>();
        if (options.Remote is { } remote)
            builder.Services.AddSingleton(remote.Certificate).AddHostedService<CertificateService>();
        builder.Services.AddMarketplaceWeb(market, options.Chain, options.Remote is null
            ? new VisitorAccess(SignOutPath: null, SignInPath: null, StartSecret.StayPath, StartSecret.LeavePath) : new VisitorAccess(SignIn.SignOutPath, SignIn.SignInPath), options.SentFile);

        var app = builder.Build();
        app.UseWebSockets();
        app.UseSecurity(new RequestGuard(options.Remote?.Names ?? RequestGuard.OfThisMachine, options.Remote is not null), app.Services.GetRequiredService<IVisitorGuard>());
        app.UseAntiforgery();
        app.MapMarketplaceWeb();
        return app;
    }

    static IVisitorGuard VisitorsOf(GatewayOptions options, ILogger log)
    {
        var file = options.SessionFile is { } path && options.Listen.Port != 0 ? new SessionFile(path, options.Listen.ToString(), options.Remote?.Password, log) : null;
        return options.Remote is { } remote ? new SignIn(remote.Password, file, TimeProvider.System) : new StartSecret(file, TimeProvider.System);
    }

    static MarketDomain DomainOf(Market market) =>
        new(market.Deployment.ChainId, market.Deployment.StorageAgreements, market.Deployment.EgressVouchers);
}
