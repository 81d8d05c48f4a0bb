using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A file that finds no place, in a vault that keeps removed files.</summary>
[Collection(WebCollection.Name)]
public sealed class NoRoomTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task FileForWhichTooFewProvidersAnswer_Waits_AndNothingIsOfferedForDeletion() =>
        MadeVault.TravelAsync(web, "no-room", Fill, async page =>
        {
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "new.txt", MimeType = "text/plain", Buffer = new byte[800_000] });
            await Expect(page.GetByText("not stored yet", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(page.GetByText("0 of the rented ones can take data now")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Free" })).ToHaveCountAsync(0);
            await page.LookAsync("files-no-room");

            // Nobody answers now either.
            await page.GetByRole(AriaRole.Button, new() { Name = "Try again to store new.txt" }).ClickAsync();
            await Expect(page.GetByText("not stored yet", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Rent more" })).ToHaveAttributeAsync("href", "/rent");
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancel new.txt" }).ClickAsync();
            await Expect(page.GetByText("given up")).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(page.GetByText("3 earlier versions")).ToBeVisibleAsync();
        });

    /// <summary>Three removed files of two, one and one MiB at providers that nobody can reach, by age.</summary>
    static void Fill(CatalogTransaction change)
    {
        MadeVault.AddAgreements(change);
        for (var i = 0; i < 3; i++)
            MadeVault.AddRemoved(change, $"removed {i}", (uint)i, i == 0 ? 2_048u : 1_024u, DateTimeOffset.UtcNow.AddDays(-1).AddHours(i));
    }
}
