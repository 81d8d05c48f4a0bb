using System.Net;
using System.Net.Sockets;
using Marketplace.Gateway.Hosting;
using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>A gateway that ends and is started anew while pages are open.</summary>
[Collection(WebCollection.Name)]
public sealed class RestartTests(SharedWeb shared)
{
    const string Lost = "Connection to the gateway lost. Trying again…";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task OpenPage_GoesOnByItself_WhereItWas_OnceTheVaultIsUnlocked()
    {
        using var home = new TemporaryFolder();
        var vault = await MadeVault.MakeAsync(web, change =>
        {
            MadeVault.AddAgreements(change);
            MadeVault.AddRemoved(change, "draft.txt", 0, 2_048, DateTimeOffset.UtcNow.AddHours(-2));
        });
        var listen = new IPEndPoint(IPAddress.Loopback, FindFreePort());
        Task<GatewayHost> StartAsync() => TestGateway.StartAsync(web.Chain.Market, options => options with
        {
            Listen = listen, Vault = vault.Home, SessionFile = Path.Combine(home.Path, "sessions.json"),
        });
        var gateway = await StartAsync();
        try
        {
            await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
            var page = await context.NewPageAsync();
            await page.TravelAsync("restart", async () =>
            {
                await MadeVault.OpenAsync(page);
                await page.GetByRole(AriaRole.Link, new() { Name = "Show removed files" }).ClickAsync();
                var removed = page.GetByRole(AriaRole.Button, new() { Name = "Delete for good: draft.txt" });
                await Expect(removed).ToBeVisibleAsync();

                await gateway.DisposeAsync();
                await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
                gateway = await StartAsync();

                // Nobody loads anything: the page finds its gateway again, which knows this browser, and forgot the vault's keys.
                await Expect(page.GetByLabel("Passphrase")).ToBeVisibleAsync(new() { Timeout = 60_000 });
                await Expect(page.GetByText(Lost)).ToBeHiddenAsync();
                await page.LookAsync("restarted");
                await MadeVault.UnlockAsync(page);
                await Expect(removed).ToBeVisibleAsync();
            });
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    static int FindFreePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }
}
