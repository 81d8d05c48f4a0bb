using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Files that were removed, deleted for good.</summary>
[Collection(WebCollection.Name)]
public sealed class RemovedFilesTests(SharedWeb shared)
{
    const string Hostile = "<img src=x onerror=\"window.hacked=1\">.txt";

    readonly WebFixture web = shared.Web;

    [Fact]
    public Task RemovedFile_IsDeletedForGood_OnceItIsSaidWhatThatFrees() =>
        MadeVault.TravelAsync(web, "removed-files", Fill, async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Show removed files" }).ClickAsync();
            await Expect(page.GetByText("3 earlier versions and removed files occupy 4 MiB")).ToBeVisibleAsync();
            var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete for good: draft.txt" });
            await page.LookAsync("files-removed-two");
            await delete.ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync("draft.txt, with its 2 kept versions, is forgotten by its providers, which frees 3\u00A0MiB of the rented space");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Keep it" })).ToBeFocusedAsync();
            await page.LookAsync("files-removed-for-good");
            await page.Keyboard.PressAsync("Enter");
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(delete).ToBeFocusedAsync();

            await delete.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it for good" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0, new() { Timeout = 120_000 });
            await Expect(delete).ToHaveCountAsync(0);
            await Expect(page.GetByText("1 earlier version or removed file occupies 1 MiB")).ToBeVisibleAsync();
            // What opened the dialog is gone with its row: the focus is in the content.
            await Expect(page.Locator(":focus")).Not.ToHaveCountAsync(0);

            await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good: " }).ClickAsync();
            await Expect(dialog).ToContainTextAsync(Hostile);
            await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it for good" }).ClickAsync();
            await Expect(page.GetByText("Nothing was removed.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"));
        });

    static void Fill(CatalogTransaction change)
    {
        var now = DateTimeOffset.UtcNow;
        MadeVault.AddAgreements(change);
        MadeVault.AddRemoved(change, "draft.txt", 0, 2_048, now.AddHours(-2), number: 1);
        MadeVault.AddRemoved(change, "draft.txt", 1, 1_024, now.AddHours(-1), number: 2);
        MadeVault.AddRemoved(change, Hostile, 2, 1_024, now.AddHours(-3));
    }
}
