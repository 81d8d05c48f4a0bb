using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A vault with a hundred thousand files, in a real browser. How long it takes is written down, and is no test: other work is on the machine.</summary>
[Collection(WebCollection.Name)]
public sealed class ManyFilesTests(SharedWeb shared)
{
    const int Files = 100_000;

    readonly WebFixture web = shared.Web;
    readonly PageTimes times = new();

    [Fact]
    public async Task HundredThousandFiles_AreListedScrolledAndSearched_WithFewRowsAtATime()
    {
        var vault = await MadeVault.MakeAsync(web, Fill);
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, home: vault.Home);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await PageTimes.WatchAsync(page, "tbody tr:has(th), #keep");
        await MadeVault.OpenAsync(page);
        await ShouldShowAsync(page, "file 000000.txt");

        await times.OpenAsync(page, "a page without a list, for comparison", "/vault");
        await times.OpenAsync(page, "first page, from the address to its rows", "/files");
        await ShouldShowAsync(page, "file 000000.txt");
        await times.MeasureAsync(page, "until it is said how they do", "", "document.querySelector('.left')");
        await Expect(page.Locator(".left").First).ToHaveTextAsync("0 of 12 left");
        await times.MeasureAsync(page, "to the end of the list", "frame.scrollTop = frame.scrollHeight", Shows("file 099999.txt"));
        await ShouldShowAsync(page, "file 099999.txt");
        await times.MeasureAsync(page, "to its middle", "frame.scrollTop = frame.scrollHeight / 2", Shows("file 0500"));
        await ShouldShowAsync(page, "file 0500");
        await times.MeasureAsync(page, "search, from the key to the rows", Type("077777"), "document.querySelectorAll('tbody tr:has(th)').length === 1");
        await times.MeasureAsync(page, "and back to all", Type(""), Shows("file 000000.txt"));
        await ShouldShowAsync(page, "file 000000.txt");
        await times.MeasureAsync(page, "by size", "document.querySelectorAll('.sort')[1].click()", Shows("file 099999.txt"));
        await times.MeasureAsync(page, "those that need attention", "document.querySelector('[aria-label=Health] a').click()", "document.querySelector('[aria-label=Health] .is-chosen')");
        await ShouldShowAsync(page, "file 099999.txt");
        await times.MeasureAsync(
            page, "by a tag", "[...document.querySelectorAll('.tag-filter a')].find(tag => tag.textContent.startsWith('rare')).click()",
            "document.querySelectorAll('tbody tr:has(th)').length === 10");
        await Expect(page.Locator("tbody tr:has(th)")).ToHaveCountAsync(10);
        await times.MeasureAsync(page, "and all again", "history.back()", Shows("file 099999.txt"));
        await times.MeasureAsync(page, "all of them chosen", "document.querySelector('thead .choose').click()", Chosen("100.000"));
        await times.MeasureAsync(page, "one of them chosen no more", "document.querySelector('tbody .choose').click()", Chosen("99.999"));
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all that is listed" })).Not.ToBeCheckedAsync();
        await StoreAgainAsync(page);
        await times.KeepAsync("many-files");
    }

    /// <summary>Half of the queue's places are theirs, and of those few are in the page.</summary>
    async Task StoreAgainAsync(IPage page)
    {
        await times.MeasureAsync(page, "whether they can be stored again", "[...document.querySelectorAll('.chosen button')].find(button => button.textContent === 'Store chosen again').click()", "document.querySelector('dialog[open]')");
        await page.GetByRole(AriaRole.Button, new() { Name = "Store all the same" }).ClickAsync();
        await Expect(page.GetByText("5\u202F000 files are stored again; 94\u202F999 more find no place in the queue")).ToBeVisibleAsync();
        await Expect(page.Locator("section.transfers").GetByRole(AriaRole.Heading)).ToContainTextAsync("files");
        Assert.InRange(await page.Locator("section.transfers li").CountAsync(), 1, 8);
    }

    static string Shows(string text) => $"[...document.querySelectorAll('tbody tr:has(th)')].some(row => row.textContent.includes('{text}'))";

    static string Chosen(string files) => $"/{files} files/.test(document.querySelector('.chosen')?.textContent)";

    static string Type(string text) =>
        $"const field = document.querySelector('[type=search]'); field.value = '{text}'; field.dispatchEvent(new Event('input', {{ bubbles: true }}))";

    /// <summary>What is in view is in the page, and hardly more; while a list changes its length a few screens of it may be.</summary>
    static async Task ShouldShowAsync(IPage page, string name)
    {
        await Expect(page.Locator("tbody tr:has(th)").Filter(new() { HasText = name }).First).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("tbody tr").CountAsync(), 5, 200);
    }

    static void Fill(CatalogTransaction change)
    {
        Assert.True(TagSet.TryCreate(["rare"], out var rare, out _));
        MadeVault.AddAgreements(change);
        var manifest = MadeVault.MakeManifest();
        for (var i = 0; i < Files; i++)
        {
            var name = MadeVault.Name(string.Create(CultureInfo.InvariantCulture, $"file {i:000000}.txt"));
            change.AddLive(name, hidden: false, 1, i, DateTimeOffset.UnixEpoch.AddMinutes(i), manifest);
            if (i % (Files / 10) == 0)
                change.SetTags(new TaggedName(name, rare, DateTimeOffset.UnixEpoch));
        }
    }
}
