using System.Diagnostics;
using System.Globalization;
using System.Net;
using Marketplace.Application.Vaults;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Wallets;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A vault with a hundred thousand files, in a real browser. How long it takes is written down, and is no test: other work is on the machine.</summary>
[Collection(WebCollection.Name)]
public sealed class ManyFilesTests(SharedWeb shared)
{
    const int Files = 100_000;

    const string Passphrase = "a passphrase of the user's";

    readonly WebFixture web = shared.Web;
    readonly List<string> figures = [];

    [Fact]
    public async Task HundredThousandFiles_AreListedScrolledAndSearched_WithFewRowsAtATime()
    {
        var home = new MemoryVaultHome();
        await FillAsync(home);
        await using var gateway = await GatewayHost.StartAsync(
            new GatewayOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Chain = new ChainOffer(AnvilProcess.ChainId, "the test network", null), Vault = home },
            web.Chain.Market, static _ => { }, CancellationToken.None);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/files");
        await page.GetByLabel("Passphrase").FillAsync(Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
        await ShouldShowAsync(page, "file 000000.txt");

        await MeasureAsync("a page without a list, for comparison", async () =>
        {
            await page.GotoAsync("/vault");
            await Expect(page.GetByText("Recovery words")).ToBeVisibleAsync();
        });
        await MeasureAsync("first page, from the address to its rows", async () =>
        {
            await page.GotoAsync("/files");
            await ShouldShowAsync(page, "file 000000.txt");
        });
        await MeasureAsync("to the end of the list", async () =>
        {
            await page.EvaluateAsync(Scroll("frame.scrollHeight"));
            await ShouldShowAsync(page, "file 099999.txt");
        });
        await MeasureAsync("to its middle", async () =>
        {
            await page.EvaluateAsync(Scroll("frame.scrollHeight / 2"));
            await ShouldShowAsync(page, "file 0500");
        });
        await MeasureAsync("search, from the key to the rows", async () =>
        {
            await page.GetByLabel("Search").FillAsync("077777");
            await Expect(page.Locator("tbody tr:has(th)")).ToHaveCountAsync(1);
        });
        await page.GetByLabel("Search").FillAsync("");
        await ShouldShowAsync(page, "file 0000");
        await MeasureAsync("by a tag", async () =>
        {
            await page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" }).GetByRole(AriaRole.Link, new() { Name = "rare" }).ClickAsync();
            await Expect(page.Locator("tbody tr:has(th)")).ToHaveCountAsync(10);
        });
        Directory.CreateDirectory(Path.Combine(Chromium.Root, "artifacts"));
        await File.WriteAllLinesAsync(Path.Combine(Chromium.Root, "artifacts", "many-files.txt"), figures);
    }

    static string Scroll(string to) => $"(() => {{ const frame = document.querySelector('.table-frame'); frame.scrollTop = {to}; }})()";

    async Task MeasureAsync(string what, Func<Task> interaction)
    {
        var started = Stopwatch.GetTimestamp();
        await interaction();
        figures.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"));
    }

    /// <summary>What is in view is in the page, and hardly more.</summary>
    static async Task ShouldShowAsync(IPage page, string name)
    {
        await Expect(page.Locator("tbody tr:has(th)").Filter(new() { HasText = name }).First).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("tbody tr").CountAsync(), 5, 100);
    }

    async Task FillAsync(MemoryVaultHome home)
    {
        await using (var door = new VaultDoor(web.Chain.Market, home, new MarketplaceClientOptions(), TimeProvider.System))
            Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), Passphrase, CancellationToken.None));
        using var catalog = CatalogDatabase.Open(home.CatalogFile);
        Assert.True(TagSet.TryCreate(["rare"], out var rare, out _));
        var manifest = new byte[500];
        catalog.Write(change =>
        {
            for (var i = 0; i < Files; i++)
            {
                Assert.True(ObjectName.TryCreate(string.Create(CultureInfo.InvariantCulture, $"file {i:000000}.txt"), out var name, out _));
                change.AddLive(name, hidden: false, 1, i, DateTimeOffset.UnixEpoch.AddMinutes(i), manifest);
                if (i % (Files / 10) == 0)
                    change.SetTags(new TaggedName(name, rare, DateTimeOffset.UnixEpoch));
            }
        });
    }
}
