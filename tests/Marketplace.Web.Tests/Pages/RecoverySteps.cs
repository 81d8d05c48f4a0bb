using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A machine was lost: what its owner wrote down has to be enough.</summary>
static class RecoverySteps
{
    public static async Task RecoverAsync(IPage page, IReadOnlyList<string> written)
    {
        await page.GotoAsync("/files");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have 24 words" }).ClickAsync();
        await page.GetByLabel("In their order, with spaces between").FillAsync(string.Join(' ', written));
        await page.LookAsync("vault-from-words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.GetByLabel("Passphrase, at least").FillAsync("another passphrase");
        await page.GetByLabel("The same once more").FillAsync("another passphrase");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the vault" }).ClickAsync();

        // Without that anything more is asked for.
        await Expect(page.GetByText("3 files were found.")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await Expect(Rows(page)).ToHaveCountAsync(3);
        await page.LookAsync("files-recovered");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download draft.txt" }).ClickAsync());
        Assert.Equal("first words", await File.ReadAllTextAsync(await download.PathAsync()));
        // With what its owner called it.
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" }).GetByRole(AriaRole.Link, new() { Name = "novel" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Expect(page.GetByText("3 files were found.")).ToHaveCountAsync(0);

        // And again, where there is nothing new.
        await page.GetByRole(AriaRole.Link, new() { Name = "Vault", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Look for my files" }).ClickAsync();
        await Expect(page.GetByText("3 files were found.")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await page.LookAsync("vault-recovered");
    }

    static ILocator Rows(IPage page) => page.Locator("tbody tr:has(th)");
}
