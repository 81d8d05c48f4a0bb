using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Chain;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Gateway.Hosting;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>A market on a real chain, a gateway on a port of its own, and a browser.</summary>
sealed class WebFixture : IAsyncDisposable
{
    readonly IPlaywright playwright;

    WebFixture(MarketFixture chain, GatewayHost gateway, IPlaywright playwright, IBrowser browser) =>
        (Chain, Gateway, this.playwright, Browser) = (chain, gateway, playwright, browser);

    public MarketFixture Chain { get; }

    public GatewayHost Gateway { get; }

    public IBrowser Browser { get; }

    public static async Task<WebFixture> StartAsync()
    {
        // Busy machines take their time; what is expected is waited for.
        Assertions.SetDefaultExpectTimeout(30_000);
        var chain = await MarketFixture.StartAsync();
        await chain.ProvideAsync();
        var gateway = await StartGatewayAsync(chain);
        var playwright = await Playwright.CreateAsync();
        return new WebFixture(chain, gateway, playwright, await Chromium.LaunchAsync(playwright));
    }

    /// <summary>A gateway of a fixture's market, whose wallets can be told where the chain is.</summary>
    /// <param name="chain">Where.</param>
    /// <param name="market">Which market there; null for the fixture's own.</param>
    /// <param name="home">Whose vault; null for none yet.</param>
    /// <param name="sentFile">Where it writes down what wallets sent; null for nowhere.</param>
    /// <param name="transfers">How much may be on its way into it; null for the usual.</param>
    public static Task<GatewayHost> StartGatewayAsync(
        MarketFixture chain, Market? market = null, IVaultHome? home = null, string? sentFile = null, TransferLimits? transfers = null) =>
        TestGateway.StartAsync(market ?? chain.Market, options => options with
        {
            Chain = options.Chain with { Endpoint = new Uri($"http://127.0.0.1:{chain.Endpoint.Port}") },
            Vault = home ?? options.Vault,
            SentFile = sentFile,
            Transfers = transfers ?? options.Transfers,
        });

    /// <summary>A fresh browser profile.</summary>
    /// <param name="wallet">In its pages; null for a browser without any.</param>
    /// <param name="look">Width and colours.</param>
    public async Task<IBrowserContext> VisitAsync(TestWallet? wallet = null, Look? look = null)
    {
        look ??= Look.All[0];
        var context = await look.OpenAsync(Browser, Gateway.Address, Gateway.StartAddress);
        if (wallet is not null)
            await wallet.InstallAsync(context);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        playwright.Dispose();
        await Gateway.DisposeAsync();
        await Chain.DisposeAsync();
    }
}

/// <summary>How a page is looked at.</summary>
/// <param name="Name">Of its screenshots.</param>
sealed record Look(string Name, int Width, int Height, bool IsDark)
{
    /// <summary>A wide screen and a phone in light and dark, and a tablet.</summary>
    public static IReadOnlyList<Look> All { get; } =
    [
        new("light", 1280, 860, IsDark: false), new("dark", 1280, 860, IsDark: true),
        new("tablet", 820, 1180, IsDark: false),
        new("phone", 390, 844, IsDark: false), new("phone-dark", 390, 844, IsDark: true),
    ];

    /// <summary>A fresh browser profile that was started with a gateway's address, as its user does with what the terminal shows.</summary>
    public async Task<IBrowserContext> OpenAsync(IBrowser browser, Uri address, Uri start)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = Width, Height = Height },
            ColorScheme = IsDark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "UTC",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(60_000);
        await context.APIRequest.GetAsync(start.ToString(), new() { MaxRedirects = 0 });
        return context;
    }
}
