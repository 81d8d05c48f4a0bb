using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Files that were removed, restored or deleted for good.</summary>
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

    [Fact]
    public Task RemovedFiles_ThatAreChosen_AreRestored_OrDeletedForGood_Together() =>
        MadeVault.TravelAsync(web, "removed-together", FillMore, async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Show removed files" }).ClickAsync();
            await ChooseAsync(page, "a.txt", "b.txt");
            await Expect(page.GetByText("2 files, 2\u00A0MiB, are chosen.").First).ToBeVisibleAsync();
            await page.LookAsync("files-removed-chosen");
            await page.GetByRole(AriaRole.Button, new() { Name = "Restore chosen" }).ClickAsync();
            await Expect(page.GetByText("2 files are back.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            await Expect(Box(page, "a.txt")).ToHaveCountAsync(0);
            await Expect(page.Locator(":focus")).ToContainTextAsync("2 files are back.");

            // What is left: two more, one with a hostile name, beside the one that is chosen.
            await ChooseAsync(page, "draft.txt");
            await page.GetByLabel("Choose all that is listed").CheckAsync();
            // Else there would be nothing to take back.
            await Expect(Box(page, "c.txt")).ToBeCheckedAsync();
            await Box(page, "c.txt").UncheckAsync();
            await Expect(page.GetByLabel("Choose all that is listed")).Not.ToBeCheckedAsync();
            var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete chosen for good" });
            await delete.ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync("2 files, with their 3 kept versions, are forgotten by their providers, which frees 4\u00A0MiB of the rented space");
            await page.LookAsync("files-removed-chosen-for-good");
            await page.GetByRole(AriaRole.Button, new() { Name = "Keep them" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(delete).ToBeFocusedAsync();

            await delete.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete them for good" }).ClickAsync();
            await Expect(page.GetByText("2 files are gone for good.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(page.Locator(":focus")).Not.ToHaveCountAsync(0);
            await Expect(Box(page, "c.txt")).Not.ToBeCheckedAsync();
            await Expect(page.GetByText("1 earlier version or removed file occupies 1 MiB")).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Link, new() { Name = "Back to the files" }).ClickAsync();
            await Expect(Box(page, "a.txt")).ToBeVisibleAsync();
            await Expect(Box(page, "b.txt")).ToBeVisibleAsync();
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"));
        });

    static ILocator Box(IPage page, string name) => page.GetByLabel($"Choose {name}");

    static async Task ChooseAsync(IPage page, params string[] names)
    {
        foreach (var name in names)
            await Box(page, name).CheckAsync();
    }

    static void FillMore(CatalogTransaction change)
    {
        Fill(change);
        var now = DateTimeOffset.UtcNow;
        MadeVault.AddRemoved(change, "a.txt", 3, 1_024, now.AddHours(-4));
        MadeVault.AddRemoved(change, "b.txt", 4, 1_024, now.AddHours(-5));
        MadeVault.AddRemoved(change, "c.txt", 5, 1_024, now.AddHours(-6));
    }

    static void Fill(CatalogTransaction change)
    {
        var now = DateTimeOffset.UtcNow;
        MadeVault.AddAgreements(change);
        MadeVault.AddRemoved(change, "draft.txt", 0, 2_048, now.AddHours(-2), number: 1);
        MadeVault.AddRemoved(change, "draft.txt", 1, 1_024, now.AddHours(-1), number: 2);
        MadeVault.AddRemoved(change, Hostile, 2, 1_024, now.AddHours(-3));
    }
}
