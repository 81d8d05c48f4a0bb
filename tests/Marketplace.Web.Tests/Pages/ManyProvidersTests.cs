using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A market of a thousand providers, in a real browser. How long it takes is written down, and is no test: other work is on the machine.</summary>
[Collection(WebCollection.Name)]
public sealed class ManyProvidersTests(SharedWeb shared)
{
    const int Providers = 1_000;

    readonly PageTimes times = new();

    [Fact]
    public async Task ThousandProviders_AreListedSortedSearchedAndScrolled_WithFewRowsAtATime()
    {
        await using var chain = await ManyProviders.StartAsync(Providers);
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await Look.All[0].OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await PageTimes.WatchAsync(page, "tbody tr th, [data-testid=providers]");
        await page.TravelAsync("many-providers", async () =>
        {
            await page.GotoAsync("/market");
            await ShouldShowAsync(page, "0.001 an epoch");
            await times.OpenAsync(page, "/market: first page", "/market");
            await ShouldShowAsync(page, "0.001 an epoch");
            await Expect(page.GetByTestId("summary")).ToHaveTextAsync("1\u202F000 offers of 1\u202F000 providers");
            await times.MeasureAsync(page, "market: to the end of the list", "frame.scrollTop = frame.scrollHeight", Last("1 an epoch"));
            await ShouldShowAsync(page, "1 an epoch");
            await times.MeasureAsync(page, "market: back to its beginning", "frame.scrollTop = 0", First("0.001 an epoch"));
            await times.MeasureAsync(page, "market: sorted the other way", "document.querySelector('.sort').click()", First("1 an epoch"));
            await ShouldShowAsync(page, "1 an epoch");
            await times.MeasureAsync(
                page, "market: search", $"const field = document.querySelector('[type=search]'); field.value = '{ManyProviders.OwnerOf(777)}'; field.dispatchEvent(new Event('input', {{ bubbles: true }}))",
                "document.querySelectorAll('tbody tr:has(th)').length === 1");
            await times.OpenAsync(page, "/network: first page", "/network");
            await Expect(page.GetByTestId("providers")).ToHaveTextAsync("1\u202F000");
            await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Germany" })).ToContainTextAsync("29 providers");
            // One of a thousand changes: the page has it in the block's wake.
            await chain.ProvideAsync();
            await times.MeasureAsync(page, "network: one more provider, after its block", "", "document.querySelector('[data-testid=providers]').textContent === '1\u202F001'");
            Assert.InRange(await page.Locator("main *").CountAsync(), 100, 4_000);
        });
        await times.KeepAsync("many-providers");
    }

    static string First(string text) => $"[...document.querySelector('tbody tr:has(th)')?.querySelectorAll('.sub') ?? []].some(sub => sub.textContent === '{text}')";

    static string Last(string text) => $"[...[...document.querySelectorAll('tbody tr:has(th)')].at(-1)?.querySelectorAll('.sub') ?? []].some(sub => sub.textContent === '{text}')";

    /// <summary>What is in view is in the page, and hardly more.</summary>
    static async Task ShouldShowAsync(IPage page, string text)
    {
        await Expect(page.Locator("tbody").GetByText(text, new() { Exact = true }).First).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("tbody tr").CountAsync(), 5, 100);
    }
}
