using System.Globalization;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A market of a thousand providers, in a real browser. How long it takes is written down, and is no test: other work is on the machine.</summary>
[Collection(WebCollection.Name)]
public sealed class ManyProvidersTests(SharedWeb shared)
{
    const int Providers = 1_000;

    readonly List<string> figures = [];

    [Fact]
    public async Task ThousandProviders_AreListedSortedSearchedAndScrolled_WithFewRowsAtATime()
    {
        await using var chain = await ManyProviders.StartAsync(Providers);
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await Look.All[0].OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(
            "const look = () => document.querySelector('tbody tr th, [data-testid=providers]') ? window.__shown = performance.now() : requestAnimationFrame(look); look();");
        await page.TravelAsync("many-providers", async () =>
        {
            await page.GotoAsync("/market");
            await ShouldShowAsync(page, "0.001 an epoch");
            await OpenAsync(page, "/market");
            await ShouldShowAsync(page, "0.001 an epoch");
            await Expect(page.GetByTestId("summary")).ToHaveTextAsync("1\u202F000 offers of 1\u202F000 providers");
            await MeasureAsync(page, "market: to the end of the list", "frame.scrollTop = frame.scrollHeight", Last("1 an epoch"));
            await ShouldShowAsync(page, "1 an epoch");
            await MeasureAsync(page, "market: back to its beginning", "frame.scrollTop = 0", First("0.001 an epoch"));
            await MeasureAsync(page, "market: sorted the other way", "document.querySelector('.sort').click()", First("1 an epoch"));
            await ShouldShowAsync(page, "1 an epoch");
            await MeasureAsync(
                page, "market: search", $"const field = document.querySelector('[type=search]'); field.value = '{ManyProviders.OwnerOf(777)}'; field.dispatchEvent(new Event('input', {{ bubbles: true }}))",
                "document.querySelectorAll('tbody tr:has(th)').length === 1");
            await OpenAsync(page, "/network");
            await Expect(page.GetByTestId("providers")).ToHaveTextAsync("1\u202F000");
            await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Germany" })).ToContainTextAsync("29 providers");
            // One of a thousand changes: the page has it in the block's wake.
            await chain.ProvideAsync();
            await MeasureAsync(page, "network: one more provider, after its block", "", "document.querySelector('[data-testid=providers]').textContent === '1\u202F001'");
            Assert.InRange(await page.Locator("main *").CountAsync(), 100, 4_000);
        });
        Directory.CreateDirectory(Path.Combine(Chromium.Root, "artifacts"));
        await File.WriteAllLinesAsync(Path.Combine(Chromium.Root, "artifacts", "many-providers.txt"), figures);
    }

    static string First(string text) => $"[...document.querySelector('tbody tr:has(th)')?.querySelectorAll('.sub') ?? []].some(sub => sub.textContent === '{text}')";

    static string Last(string text) => $"[...[...document.querySelectorAll('tbody tr:has(th)')].at(-1)?.querySelectorAll('.sub') ?? []].some(sub => sub.textContent === '{text}')";

    /// <summary>From the address to what it shows.</summary>
    async Task OpenAsync(IPage page, string address)
    {
        await page.GotoAsync(address);
        Write($"{address}: first page", await page.EvaluateAsync<double>("() => new Promise(shown => { const look = () => window.__shown ? shown(window.__shown) : requestAnimationFrame(look); look(); })"));
    }

    /// <summary>From what a user does to the frame that shows what comes of it, as the page itself sees it.</summary>
    async Task MeasureAsync(IPage page, string what, string action, string isDone) => Write(what, await page.EvaluateAsync<double>(
        $"() => new Promise(done => {{ const frame = document.querySelector('.table-frame'), start = performance.now(); const look = () => ({isDone}) ? done(performance.now() - start) : requestAnimationFrame(look); {action}; look(); }})"));

    void Write(string what, double milliseconds) => figures.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {milliseconds:0} ms"));

    /// <summary>What is in view is in the page, and hardly more.</summary>
    static async Task ShouldShowAsync(IPage page, string text)
    {
        await Expect(page.Locator("tbody").GetByText(text, new() { Exact = true }).First).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("tbody tr").CountAsync(), 5, 100);
    }
}
