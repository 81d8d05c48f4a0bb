using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>The connection between a page and its gateway, when it breaks.</summary>
[Collection(WebCollection.Name)]
public sealed class ReconnectTests(SharedWeb shared)
{
    const string Lost = "Connection to the gateway lost. Trying again…";

    const string Stranger = "The gateway does not know this browser any more: it was signed out here, or the gateway was started anew.";

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
            // Nothing behind it takes a click that nobody would hear, not even the dialog.
            Assert.True(await page.EvaluateAsync<bool>("document.getElementById('components-reconnect-modal').matches(':modal')"));
            await Assert.ThrowsAsync<TimeoutException>(() => choice.ClickAsync(new() { Timeout = 500, Trial = true }));
            await page.Keyboard.PressAsync("Escape");
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByText(Lost)).ToBeVisibleAsync();

            isCut = false;
            await Expect(page.GetByText(Lost)).ToBeHiddenAsync(new() { Timeout = 60_000 });
            // The same session, and the same dialog: nobody has to begin again, nor to click twice.
            await choice.ClickAsync();
            await Expect(page.Locator(".wallet-button").Filter(new() { HasText = "0x" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task FirstClick_OnAPageThatIsNotAliveYet_IsNotTaken_AndOnceItIsNotLost()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        var script = new TaskCompletionSource();
        await page.RouteAsync(new Regex("blazor"), async route =>
        {
            await script.Task;
            await route.ContinueAsync();
        });
        await page.TravelAsync("first-click", async () =>
        {
            await page.GotoAsync("/market", new() { WaitUntil = WaitUntilState.Commit });
            var price = page.GetByRole(AriaRole.Columnheader, new() { Name = "Price" });
            var main = page.Locator("main[aria-busy=true]");
            await Expect(main).ToBeVisibleAsync();
            await Assert.ThrowsAsync<TimeoutException>(() => page.Locator(".sort").First.ClickAsync(new() { Timeout = 500, Trial = true }));
            // Where it takes long, it is said.
            await page.EvaluateAsync(
                "() => new Promise(said => { const look = () => getComputedStyle(document.querySelector('main'), '::after').visibility === 'visible' ? said() : requestAnimationFrame(look); look(); })");
            // Links need no script.
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Files" })).ToBeVisibleAsync();

            script.SetResult();
            await page.Locator(".sort").First.ClickAsync();
            await Expect(price).ToHaveAttributeAsync("aria-sort", "descending");
            await Expect(main).ToHaveCountAsync(0);
        });
    }

    /// <summary>Nobody is as fast as this page's own script, which clicks in the very moment in which the page says that it takes clicks again.</summary>
    [Fact]
    public async Task ClickInTheFirstMoment_OfAPageThatIsAlive_OrAliveAgain_IsTaken()
    {
        const string clickOnceAlive =
            """
            new MutationObserver((_, watch) => {
              if (!document.querySelector("main:not([inert]) .sort")) return;
              watch.disconnect();
              document.querySelector(".sort").click();
            }).observe(document, { childList: true, subtree: true, attributes: true });
            """;
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        (IWebSocketRoute Page, IWebSocketRoute Server)? line = null;
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket => line = (socket, socket.ConnectToServer()));
        await page.AddInitScriptAsync(clickOnceAlive);
        await page.TravelAsync("first-moment", async () =>
        {
            await page.GotoAsync("/market");
            var price = page.GetByRole(AriaRole.Columnheader, new() { Name = "Price" });
            await Expect(price).ToHaveAttributeAsync("aria-sort", "descending");

            await page.EvaluateAsync("document.getElementById('components-reconnect-modal').addEventListener('close', () => document.querySelector('.sort').click(), { once: true })");
            await line!.Value.Server.CloseAsync();
            await line.Value.Page.CloseAsync(new() { Code = 3000, Reason = "cut" });
            await Expect(price).ToHaveAttributeAsync("aria-sort", "ascending");
        });
    }

    /// <summary>What Blazor's script does when a page's circuit failed; nothing in the page takes clicks then.</summary>
    [Fact]
    public async Task PageThatFailed_SaysSo_AndIsLoadedAgain()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await page.TravelAsync("page-failed", async () =>
        {
            await page.GotoAsync("/market");
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            await page.EvaluateAsync("document.querySelector('#blazor-error-ui').style.display = 'block'");
            var notice = page.GetByText("This page stopped working. What was sent goes on.");
            await Expect(notice).ToBeVisibleAsync();
            await page.ShootAsync("page-failed", Look.All[0]);
            await page.GetByRole(AriaRole.Button, new() { Name = "Load it again" }).ClickAsync();
            await Expect(notice).ToBeHiddenAsync();
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task BrowserThatIsSignedOutInOneTab_ShowsNothingInTheOthers()
    {
        await using var gateway = await TestGateway.StartAsync(web.Chain.Market);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await page.TravelAsync("signed-out", async () =>
        {
            await page.GotoAsync("/market");
            var heading = page.GetByRole(AriaRole.Heading, new() { Name = "Market", Exact = true });
            await Expect(heading).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();

            var signedOut = await context.APIRequest.PostAsync("/start/leave", new() { Headers = [new("Origin", gateway.Address.GetLeftPart(UriPartial.Authority))], MaxRedirects = 0 });
            Assert.Equal(303, signedOut.Status);

            await Expect(page.GetByText(Stranger)).ToBeVisibleAsync();
            await Expect(heading).ToBeHiddenAsync();
            await page.ShootAsync("signed-out", Look.All[0]);
            // Another tab is started with the gateway's address: this one goes on.
            await (await context.NewPageAsync()).GotoAsync(gateway.StartAddress.ToString());
            await Expect(heading).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(page.GetByText(Stranger)).ToBeHiddenAsync();
        });
    }

    [Fact]
    public async Task GatewayThatKnowsThisBrowserNoMore_IsToldFromOneThatIsAway()
    {
        var gateway = await TestGateway.StartAsync(web.Chain.Market);
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
            again = await TestGateway.StartAsync(web.Chain.Market, options => options with { Listen = new IPEndPoint(IPAddress.Loopback, address.Port) });

            await Expect(page.GetByText(Stranger)).ToBeVisibleAsync();
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
