using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Vaults;

/// <summary>How long earlier versions and removed files are kept: nothing of them goes unless its user said so.</summary>
[Collection(WebCollection.Name)]
public sealed class KeepFormTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task KeepingLess_DeletesNothing_BeforeItIsSaidWhatGoes() =>
        MadeVault.TravelAsync(web, "keep-form", Fill, async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Vault", Exact = true }).ClickAsync();
            await BeRefusedAsync(page);
            await BeAskedAsync(page);
            await LengthenAsync(page);
            await AgreeAsync(page);
        });

    /// <summary>What is no number becomes none.</summary>
    static async Task BeRefusedAsync(IPage page)
    {
        foreach (var typed in new[] { "", "1.5", "3651" })
        {
            await Days(page).FillAsync(typed);
            await SaveAsync(page);
            await Expect(Days(page)).ToHaveValueAsync(typed);
            await Expect(page.GetByText("A whole number, 0 to 3\u202F650.")).ToBeVisibleAsync();
            await Expect(Days(page)).ToHaveAttributeAsync("aria-invalid", "true");
        }
        await page.LookAsync("vault-keep-refused");
        await Expect(page.GetByText("3 are kept")).ToBeVisibleAsync();
        await Expect(page.GetByText("Saved.")).ToHaveCountAsync(0);
    }

    static async Task BeAskedAsync(IPage page)
    {
        await Days(page).FillAsync("1");
        await SaveAsync(page);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("2 earlier versions and removed files, which occupy 3\u00A0MiB,");
        await Days(page).PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await Days(page).FillAsync("30");
        await page.GetByLabel("Of one name at most").FillAsync("1");
        await SaveAsync(page);
        await Expect(dialog).ToContainTextAsync("1 earlier version or removed file, which occupies 2\u00A0MiB,");
        await page.LookAsync("vault-keep-less");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByText("3 are kept")).ToBeVisibleAsync();
    }

    /// <summary>Where nothing goes nothing is asked.</summary>
    static async Task LengthenAsync(IPage page)
    {
        await Days(page).FillAsync("90");
        await page.GetByLabel("Of one name at most").FillAsync("2");
        await SaveAsync(page);
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.GetByText("3 are kept")).ToBeVisibleAsync();
    }

    static async Task AgreeAsync(IPage page)
    {
        await Days(page).FillAsync("0");
        await SaveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete them for good" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        await Expect(page.GetByText("Nothing is kept for restoring now.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(page.Locator(":focus")).Not.ToHaveCountAsync(0);
    }

    static ILocator Days(IPage page) => page.GetByLabel("Days that they are kept");

    static Task SaveAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

    static void Fill(CatalogTransaction change)
    {
        var now = DateTimeOffset.UtcNow;
        MadeVault.AddAgreements(change);
        MadeVault.AddRemoved(change, "draft.txt", 0, 2_048, now.AddDays(-3), number: 1);
        MadeVault.AddRemoved(change, "draft.txt", 1, 1_024, now.AddHours(-1), number: 2);
        MadeVault.AddRemoved(change, "old.txt", 2, 1_024, now.AddDays(-2));
    }
}
