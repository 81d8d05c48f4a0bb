using System.Text.RegularExpressions;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Comparing offers, in a real browser.</summary>
[Collection(WebCollection.Name)]
public sealed class MarketTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Offers_ComeAndGo_AsTheChainHasThem()
    {
        await using var context = await web.VisitAsync();
        var page = await OpenAsync(context, "/market");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page)).ToContainTextAsync("provider.example:8443");
        await Expect(Rows(page)).ToContainTextAsync("Germany");

        var dearer = MarketFixture.Terms with { Price = MarketFixture.Terms.Price * 3, Available = new GiB(7) };
        var listing = web.Chain.Market.Listings.ReadPublished(await web.Chain.SendAsync(web.Chain.Owner, web.Chain.Market.Listings.Publish(dearer)));
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await Expect(Rows(page).Nth(1)).ToContainTextAsync("7\u00A0GiB");

        await web.Chain.SendAsync(web.Chain.Owner, web.Chain.Market.Listings.Withdraw(listing));
        await Expect(Rows(page)).ToHaveCountAsync(1);
    }

    /// <summary>A column that is cut off is not there for who does not know of it.</summary>
    [Fact]
    public async Task Tables_ShowAllOfTheirColumns_OnATablet()
    {
        await using var context = await web.VisitAsync(new TestWallet(AnvilProcess.ChainId, web.Chain.Owner), Look.All.Single(look => look.Name == "tablet"));
        var page = await OpenAsync(context, "/market");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Stake" })).ToBeInViewportAsync(new() { Ratio = 1 });
        await WalletSteps.ConnectAsync(page);
        foreach (var path in new[] { "/activity", "/market" })
        {
            await page.GotoAsync(path);
            await Expect(Rows(page).First).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.table-frame')].every((frame) => frame.scrollWidth <= frame.clientWidth)"), path);
        }
    }

    [Fact]
    public async Task Search_IsInTheAddress_SoThatItCanBeKept()
    {
        await using var context = await web.VisitAsync();
        var page = await OpenAsync(context, "/market");
        await Expect(Rows(page)).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Searchbox).FillAsync("provider.ex");
        await Expect(page).ToHaveURLAsync(new Regex("q=provider.ex"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("by=stake.*desc=True|desc=True.*by=stake"));
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Stake" })).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("provider.ex");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("<script>nobody</script>");
        await Expect(page.GetByText("No offer fits.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show all offers" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(1);

        // Its node is nowhere, and it never had to prove anything.
        foreach (var (filter, choice) in new[] { ("Answers in", "1000"), ("Track record", "90") })
        {
            await page.GetByLabel(filter).SelectOptionAsync(choice);
            await Expect(page.GetByText("No offer fits.")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Show all offers" }).ClickAsync();
            await Expect(Rows(page)).ToHaveCountAsync(1);
            await Expect(page.GetByLabel(filter)).ToHaveValueAsync("");
        }
    }

    [Fact]
    public async Task Provider_IsShownWithItsPast_AndNobodyElseIs()
    {
        await using var context = await web.VisitAsync();
        var page = await OpenAsync(context, "/market");
        await Rows(page).First.GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Provider {Texts.Short(web.Chain.Owner.Address)}");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What it stands to lose" })).ToContainTextAsync("200\u00A0SPACE");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^The last [0-9]+ epochs?: .*1 still open") })).ToBeVisibleAsync();
        // Of its offer, what counts on the market: for 30 days, and for no longer than any agreement runs.
        await Expect(Rows(page).First).ToContainTextAsync("accepts at once");
        await Expect(Rows(page).First).ToContainTextAsync("43\u202F200\u00A0SPACE");
        await Expect(Rows(page).First).ToContainTextAsync("1 an epoch");
        await Expect(Rows(page).First).ToContainTextAsync("to 1\u00A0h 40\u00A0min");
        // Another journey on this chain may have had it take the stake of others: the way there is as what is said of it.
        var stake = page.GetByRole(AriaRole.Region, new() { Name = "What it stands to lose" });
        await Expect(stake).ToContainTextAsync(new Regex("Stake of others(not taken|taken, for [0-9.]+\u00A0% of its earnings)"));
        var isTaken = !(await stake.InnerTextAsync()).Contains("not taken", StringComparison.Ordinal);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Stake behind this provider" })).ToHaveCountAsync(isTaken ? 1 : 0);

        await page.GotoAsync($"/providers/{web.Chain.Consumer.Address}");
        await Expect(page.GetByText("Nobody is registered under this address.")).ToBeVisibleAsync();
        await page.GotoAsync("/providers/<b>x");
        await Expect(page.GetByText("This address is not one.")).ToBeVisibleAsync();
    }

    static async Task<IPage> OpenAsync(IBrowserContext context, string path)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
        return page;
    }

    static ILocator Rows(IPage page) => page.Locator("tbody tr:has(th)");
}
