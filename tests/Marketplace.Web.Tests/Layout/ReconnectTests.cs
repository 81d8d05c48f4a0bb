using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Wallets;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>The connection between a page and its gateway, when it breaks.</summary>
[Collection(WebCollection.Name)]
public sealed class ReconnectTests(SharedWeb shared)
{
    const string Lost = "Connection to the gateway lost. Trying again…";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task CutConnection_IsSaid_AlsoAboveADialog_AndThePageGoesOnWhereItWas()
    {
        var wallet = new TestWallet(AnvilProcess.ChainId, web.Chain.Consumer);
        await using var context = await web.VisitAsync(wallet);
        var page = await context.NewPageAsync();
        var isCut = false;
        (IWebSocketRoute Page, IWebSocketRoute Server)? line = null;
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket => line = (socket, socket.ConnectToServer()));
        // Without its live line the script would fall back to plain requests.
        await page.RouteAsync(new Regex("/_blazor/"), route => isCut ? route.AbortAsync() : route.ContinueAsync());
        await page.TravelAsync("reconnect", async () =>
        {
            await page.GotoAsync("/market");
            await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
            var choice = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" });
            await Expect(choice).ToBeVisibleAsync();

            isCut = true;
            await line!.Value.Server.CloseAsync();
            await line.Value.Page.CloseAsync(new() { Code = 3000, Reason = "cut" });
            await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
            await page.ShootAsync("connection-lost", Look.All[0]);
            Assert.True(await page.EvaluateAsync<bool>("document.getElementById('components-reconnect-modal').matches(':popover-open')"));

            isCut = false;
            await Expect(page.GetByText(Lost)).ToBeHiddenAsync(new() { Timeout = 60_000 });
            // The same session, and the same dialog: nobody has to begin again.
            await ClickUntilAsync(choice, page.Locator(".wallet-button").Filter(new() { HasText = "0x" }));
        });
    }

    /// <summary>What is clicked in the moment in which both sides find each other again may be lost, as with any page; nobody clicks once only.</summary>
    static async Task ClickUntilAsync(ILocator button, ILocator done)
    {
        for (var attempt = 1; attempt <= 10 && await done.CountAsync() == 0; attempt++)
        {
            if (await button.IsVisibleAsync() && await button.IsEnabledAsync())
                await button.ClickAsync();
            try
            {
                await Expect(done).ToBeVisibleAsync(new() { Timeout = 5_000 });
            }
            catch (PlaywrightException)
            {
                // Once more.
            }
        }
        await Expect(done).ToBeVisibleAsync();
    }

    [Fact]
    public async Task GatewayThatWasRestarted_IsToldFromOneThatIsAway()
    {
        var options = new GatewayOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Chain = new ChainOffer(AnvilProcess.ChainId, "the test network", null),
            Vault = new MemoryVaultHome(),
        };
        var gateway = await GatewayHost.StartAsync(options, web.Chain.Market, static _ => { }, CancellationToken.None);
        GatewayHost? again = null;
        try
        {
            var address = gateway.Address;
            await using var context = await Look.All[0].OpenAsync(web.Browser, address, gateway.StartAddress);
            var page = await context.NewPageAsync();
            await page.GotoAsync("/market");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();

            await gateway.DisposeAsync();
            await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
            again = await GatewayHost.StartAsync(
                options with { Listen = new IPEndPoint(IPAddress.Loopback, address.Port) }, web.Chain.Market, static _ => { }, CancellationToken.None);

            await Expect(page.GetByText("The gateway was started anew, and does not know this browser yet.")).ToBeVisibleAsync();
            await page.GotoAsync(again.StartAddress.ToString());
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
        }
        finally
        {
            if (again is not null)
                await again.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }
}
