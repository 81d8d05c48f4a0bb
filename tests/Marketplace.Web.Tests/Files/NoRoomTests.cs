using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A file that finds no room, in a vault that keeps earlier versions.</summary>
[Collection(WebCollection.Name)]
public sealed class NoRoomTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task FileWithoutRoom_SaysWhatWouldBeFreed_WhereItIsRefused_AndIsTriedAgain() =>
        MadeVault.TravelAsync(web, "no-room", Fill, async page =>
        {
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "new.txt", MimeType = "text/plain", Buffer = new byte[800_000] });

            await Expect(page.GetByText("finds no room")).ToBeVisibleAsync();
            await Expect(page.GetByText("pruning them makes room")).ToBeVisibleAsync();
            await page.LookAsync("files-no-room");
            // 0.8 MB as 3.3 times as much: what was removed first, and not more.
            await page.GetByRole(AriaRole.Button, new() { Name = "Free 3" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("2 earlier versions and removed files are deleted for good");
            await page.LookAsync("files-room");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete them for good" }).ClickAsync();

            // It was tried again: nobody of these providers is there, so that the rest would have to go too.
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Free 1" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancel new.txt" }).ClickAsync();
            await Expect(page.GetByText("given up")).ToBeVisibleAsync();
            await Expect(page.GetByText("This machine alone knows of the newest changes.")).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(page.GetByText("1 earlier version")).ToBeVisibleAsync();
        });

    /// <summary>Three removed files of two, one and one MiB at providers that nobody can reach, by age.</summary>
    static void Fill(CatalogTransaction change)
    {
        MadeVault.AddAgreements(change);
        for (var i = 0; i < 3; i++)
            MadeVault.AddRemoved(change, $"removed {i}", (uint)i, i == 0 ? 2_048u : 1_024u, DateTimeOffset.UtcNow.AddDays(-1).AddHours(i));
    }
}
