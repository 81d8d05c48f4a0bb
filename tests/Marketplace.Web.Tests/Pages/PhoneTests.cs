using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A phone in the hand of somebody who rents; on a chain of its own.</summary>
[Collection(WebCollection.Name)]
public sealed class PhoneTests(SharedWeb shared) : IAsyncLifetime
{
    const int Offers = 60;

    static readonly Look Phone = Look.All.Single(look => look.Name == "phone");

    MarketFixture chain = null!;
    AgreementId agreement;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        agreement = await chain.RentAsync(await chain.ProvideAsync(), term: 6);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task EveryPage_IsReached_AndFits()
    {
        await VisitAsync("phone", Phone, async page =>
        {
            await page.GotoAsync("/");
            await WalletSteps.ConnectAsync(page);
            var nav = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
            foreach (var name in new[] { "Market", "Rent", "Files", "Overview", "Agreements", "Provide", "Vote", "Network", "Activity" })
            {
                var more = nav.GetByRole(AriaRole.Button, new() { Name = "More" });
                if (!await nav.GetByRole(AriaRole.Link, new() { Name = name }).IsVisibleAsync())
                {
                    await more.ClickAsync();
                    await page.ShouldBeAccessibleAsync();
                }
                await nav.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
                await Expect(page.Locator("#more-pages")).ToBeHiddenAsync();
                await Expect(page.Locator($"nav [aria-current=page]")).ToHaveTextAsync(name);
                await Expect(page.Locator("main .spinner")).ToHaveCountAsync(0);
                await page.ShouldFitAsync();
                await page.ShootAsync($"walk-{name.ToLowerInvariant()}", Phone);
            }
        });
    }

    /// <summary>1280 by 800 points at twice their size.</summary>
    [Fact]
    public async Task LowWindow_LeavesItsRoomToTheContent()
    {
        await VisitAsync("low", new Look("low", 640, 400, IsDark: false), async page =>
        {
            await page.GotoAsync("/market");
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", "low-window-top.png"), Caret = ScreenshotCaret.Initial });
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            await Expect(page.Locator(".top-bar")).Not.ToBeInViewportAsync();
            await Expect(page.Locator("nav.side-nav")).ToBeInViewportAsync();
            Assert.InRange(await page.Locator("nav.side-nav").EvaluateAsync<double>("nav => nav.getBoundingClientRect().height"), 24, 44);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", "low-window-end.png"), Caret = ScreenshotCaret.Initial });
            await page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Activity" })).ToBeInViewportAsync();
            await page.ShouldBeAccessibleAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", "low-window-more.png"), Caret = ScreenshotCaret.Initial });
        });
    }

    [Fact]
    public async Task MenuOfOtherPages_OpensBeforeThePageIsAlive_AndClosesWithEscape()
    {
        await VisitAsync("phone-menu", Phone, async page =>
        {
            await page.RouteAsync(new Regex(@"blazor\.web"), route => route.AbortAsync());
            await page.GotoAsync("/");
            var more = page.GetByRole(AriaRole.Button, new() { Name = "More" });
            await more.ClickAsync();
            var other = page.GetByRole(AriaRole.Link, new() { Name = "Network", Exact = true });
            await Expect(other).ToBeVisibleAsync();
            Assert.True(await IsExpandedAsync(page));
            await page.ShootAsync("phone-menu", Phone);
            await page.Keyboard.PressAsync("Escape");
            await Expect(other).ToBeHiddenAsync();
            Assert.False(await IsExpandedAsync(page));
        });
    }

    /// <summary>Rows are cards for eyes; who hears the page has a table.</summary>
    [Fact]
    public async Task TableOfAgreements_IsCards_AndStaysATable()
    {
        await VisitAsync("phone-cards", Phone, async page =>
        {
            await page.GotoAsync("/agreements");
            await WalletSteps.ConnectAsync(page);
            var row = page.Locator("tbody tr:has(th)");
            await Expect(row).ToHaveCountAsync(1);
            Assert.True((await row.BoundingBoxAsync())!.Height > 120);
            var roles = (await TreeAsync(page)).Select(node => node.Role).ToHashSet();
            Assert.Superset(new HashSet<string> { "table", "row", "rowheader", "columnheader", "cell" }, roles);
            await page.LookAsync("agreements-one");
        });
    }

    /// <summary>The page scrolls, and no box in it; what is far below comes when it is in view. What is shown is what is downloaded.</summary>
    [Fact]
    public async Task LongActivity_ScrollsWithThePage_ByKind_AndIsDownloaded()
    {
        for (var i = 0; i < Offers; i++)
            await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(MarketFixture.Terms));
        await VisitAsync("phone-activity", Phone, chain.Owner, async page =>
        {
            await page.GotoAsync("/activity");
            await WalletSteps.ConnectAsync(page);
            var past = page.GetByRole(AriaRole.Region, new() { Name = "Activity" });
            await Expect(past).ToContainTextAsync("was published");
            await Expect(past).Not.ToContainTextAsync("Registered as a provider");
            Assert.InRange(await past.Locator("tbody tr:has(th)").CountAsync(), 5, Offers - 5);
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 3)");
            await page.WaitForFunctionAsync("() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('tr')?.querySelector('th')");
            await page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", "activity-scrolled-phone.png"), Caret = ScreenshotCaret.Initial });
            await page.WaitForFunctionAsync("() => (scrollTo(0, document.documentElement.scrollHeight), document.body.innerText.includes('Registered as a provider'))");
            Assert.Equal(0, await past.EvaluateAsync<int>("frame => frame.scrollTop"));

            var kinds = page.GetByRole(AriaRole.Navigation, new() { Name = "Kinds of activity" });
            await kinds.GetByRole(AriaRole.Link, new() { Name = "Stake" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("kind=stake$"));
            await Expect(past).Not.ToContainTextAsync("was published");
            await Expect(past).ToContainTextAsync("staked");
            await page.LookAsync("activity-kind");
            await page.ReloadAsync();
            await Expect(kinds.GetByRole(AriaRole.Link, new() { Name = "Stake" })).ToHaveAttributeAsync("aria-current", "true");
            var lines = await DownloadAsync(page);
            Assert.Equal(await past.GetByRole(AriaRole.Rowheader).CountAsync(), lines.Length - 1);
            Assert.All(lines[1..], line => Assert.Contains(",Stake,", line, StringComparison.Ordinal));
            await kinds.GetByRole(AriaRole.Link, new() { Name = "All" }).ClickAsync();
            await Expect(past).ToContainTextAsync("was published");
            Assert.InRange((await DownloadAsync(page)).Length, Offers + 2, Offers + 30);
            await page.GotoAsync("/activity?kind=nobody%E2%80%99s");
            await Expect(past).ToContainTextAsync("was published");
        });
    }

    static async Task<string[]> DownloadAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as CSV" }).ClickAsync());
        Assert.Matches(new Regex("^activity-0x[0-9a-fA-F]{40}(-stake)?\\.csv$"), download.SuggestedFilename);
        return (await File.ReadAllTextAsync(await download.PathAsync())).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task OpenedAgreement_IsInTheAddress()
    {
        await VisitAsync("agreement-address", Look.All[0], async page =>
        {
            await page.GotoAsync("/agreements");
            await WalletSteps.ConnectAsync(page);
            await page.GetByRole(AriaRole.Button, new() { Name = $"No. {agreement} in detail" }).ClickAsync();
            var opened = page.GetByRole(AriaRole.Heading, new() { Name = $"Agreement {agreement}" });
            await Expect(opened).ToBeVisibleAsync();
            await Expect(page).ToHaveURLAsync(new Regex($"agreement={agreement}$"));
            await page.GoBackAsync();
            await Expect(opened).ToHaveCountAsync(0);
            await page.GoForwardAsync();
            await Expect(opened).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(opened).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
            await Expect(opened).ToHaveCountAsync(0);
            await Expect(page).Not.ToHaveURLAsync(new Regex("agreement="));

            await page.GotoAsync("/agreements?agreement=77");
            await Expect(page.GetByText("This account has no agreement “77” that is running. It may be over.")).ToBeVisibleAsync();
            await page.LookAsync("agreement-unknown");
            await page.GetByRole(AriaRole.Button, new() { Name = "Look among those that are over" }).ClickAsync();
            await Expect(page.GetByText("This account has no agreement “77”.")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Back to the agreements" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        });
    }

    Task VisitAsync(string name, Look look, Func<IPage, Task> journey) => VisitAsync(name, look, chain.Consumer, journey);

    async Task VisitAsync(string name, Look look, LocalSigner signer, Func<IPage, Task> journey)
    {
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await look.OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        await new TestWallet(AnvilProcess.ChainId, signer) { Client = chain.Market.Client }.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync(name, () => journey(page));
    }

    /// <summary>As the browser tells it to who hears the page.</summary>
    static async Task<bool> IsExpandedAsync(IPage page) => (await TreeAsync(page)).Single(node => node is { Role: "button", Name: "More" }).IsExpanded;

    static async Task<List<(string Role, string Name, bool IsExpanded)>> TreeAsync(IPage page)
    {
        var debugger = await page.Context.NewCDPSessionAsync(page);
        var tree = (await debugger.SendAsync("Accessibility.getFullAXTree"))!.Value;
        return [.. tree.GetProperty("nodes").EnumerateArray().Where(node => !node.GetProperty("ignored").GetBoolean()).Select(node => (TextOf(node, "role"), TextOf(node, "name"), IsExpanded(node)))];
    }

    static string TextOf(JsonElement node, string part) => node.TryGetProperty(part, out var value) && value.TryGetProperty("value", out var text) ? text.GetString() ?? "" : "";

    static bool IsExpanded(JsonElement node) => node.TryGetProperty("properties", out var all)
        && all.EnumerateArray().Any(property => property.GetProperty("name").GetString() == "expanded" && property.GetProperty("value").GetProperty("value").GetBoolean());
}
