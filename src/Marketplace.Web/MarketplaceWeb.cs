using Marketplace.Application.Agreements;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Accounts;
using Marketplace.Web.Activity;
using Marketplace.Web.Files;
using Marketplace.Web.Layout;
using Marketplace.Web.Provide;
using Marketplace.Web.Serving;
using Marketplace.Web.Transactions;
using Marketplace.Web.Wallets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Web;

/// <summary>The dApp as part of a host.</summary>
public static class MarketplaceWeb
{
    /// <summary>Wallets' icons arrive as data; nothing else that pages send is large.</summary>
    const int LargestMessage = 96 << 10;

    /// <summary>Adds what the pages need.</summary>
    /// <param name="services">Of the host, which brings a TimeProvider, the pulse and the way to providers, too.</param>
    /// <param name="market">The market; stays the caller's.</param>
    /// <param name="chain">What wallets are told about its chain.</param>
    /// <param name="access">How the host lets browsers in.</param>
    /// <param name="sentFile">Where transactions are written down until their user was told of them; null for nowhere.</param>
    public static IServiceCollection AddMarketplaceWeb(this IServiceCollection services, Market market, ChainOffer chain, VisitorAccess access, string? sentFile)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(Configure).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        services.AddSingleton(market).AddSingleton(chain).AddSingleton(access).AddSingleton(AssetFiles.Embedded).AddSingleton<Archives>();
        var view = new ChainMarketView(market);
        services.AddSingleton(host => UseCases.Over(
            market, view, new RentalQuotes(view, host.GetRequiredService<IProviderTransport>()), new FeeEstimator(market.Client, new FeeEstimatorOptions()), new ConsumerAgreements(market), new ProviderAgreements(market), new BlockTimes(market.Client),
            host.GetRequiredService<IProviderTransport>(), TimeProvider.System));
        services.AddSingleton(host => new SentTransactions(
            host.GetRequiredService<IMediator>(), host.GetRequiredService<MarketPulse>(),
            sentFile is null ? null : new SentFile(sentFile, market.Deployment, host.GetRequiredService<ILogger<SentFile>>()), host.GetRequiredService<TimeProvider>()));
        services.AddScoped<WalletBridge>().AddScoped<WalletSession>().AddScoped<Theme>().AddScoped<PageTroubles>();
        return services;
    }

    /// <summary>Serves pages and what they load.</summary>
    public static void MapMarketplaceWeb(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapAssets();
        endpoints.MapFiles();
        endpoints.MapActivity();
        endpoints.MapDeployment();
        // The gateway's own policy says who may frame pages: nobody.
        endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
    }

    static void Configure(CircuitOptions circuits)
    {
        circuits.DetailedErrors = false;
        circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(10);
        circuits.JSInteropDefaultCallTimeout = TimeSpan.FromMinutes(1);
    }
}
