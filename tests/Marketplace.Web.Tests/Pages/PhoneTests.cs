using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A phone in the hand of somebody who rents; on a chain of its own.</summary>
[Collection(WebCollection.Name)]
public sealed class PhoneTests(SharedWeb shared) : IAsyncLifetime
{
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

    async Task VisitAsync(string name, Look look, Func<IPage, Task> journey)
    {
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await look.OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        await new TestWallet(AnvilProcess.ChainId, chain.Consumer) { Client = chain.Market.Client }.InstallAsync(context);
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
