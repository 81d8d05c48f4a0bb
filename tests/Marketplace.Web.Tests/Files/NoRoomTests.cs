using System.Text.RegularExpressions;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
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
            await Expect(page.GetByText("0 of the rented ones can take data now: 12 are missing (12 agreements take no more data).")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Free" })).ToHaveCountAsync(0);
            await page.LookAsync("files-no-room");

            // Nobody answers now either.
            await page.GetByRole(AriaRole.Button, new() { Name = "Try again to store new.txt" }).ClickAsync();
            await Expect(page.GetByText("not stored yet", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(page.Locator(".transfers").GetByRole(AriaRole.Link, new() { Name = "Rent more" })).ToHaveAttributeAsync("href", "/rent");
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancel new.txt" }).ClickAsync();
            await Expect(page.Locator("#transfers")).ToHaveTextAsync("Nothing is on the way");
            await page.ReloadAsync();
            await Expect(page.GetByText("3 earlier versions")).ToBeVisibleAsync();
        });

    [Fact]
    public async Task FileForWhichThereIsTooLittleRoom_IsHeld_UntilItsUserSaysSo_OrThereIsRoom()
    {
        var vault = await MadeVault.MakeAsync(web, change => MadeVault.AddAgreements(change, first: 0, GiB.Leaves - 100));
        await MadeVault.TravelAsync(web, "held", vault, async page =>
        {
            await Expect(page.GetByTestId("rented-room")).ToContainTextAsync("4\u00A0GiB of 4\u00A0GiB used; 400\u00A0KiB left");
            await ChooseAsync(page, "big.bin", 800_000);
            var held = page.GetByTestId("held");
            await Expect(held).ToContainTextAsync("There is too little room for this file.");
            await Expect(held).ToContainTextAsync(new Regex("7[0-9]{2}\u00A0KiB of room needed, 400\u00A0KiB left: 3[0-9]{2}\u00A0KiB missing"));
            await Expect(held.GetByRole(AriaRole.Link, new() { Name = "Rent 1\u00A0GiB" })).ToHaveAttributeAsync("href", "/rent?gib=1");
            await page.LookAsync("files-held");
            await held.GetByRole(AriaRole.Button, new() { Name = "Do not upload" }).ClickAsync();
            await Expect(held).ToHaveCountAsync(0);

            // What fits is not held, whatever was given up before it.
            await ChooseAsync(page, "small.bin", 1_000);
            await Expect(page.Locator("#transfers")).ToHaveTextAsync("1 file not stored");
            await ChooseAsync(page, "big.bin", 800_000);
            await held.GetByRole(AriaRole.Button, new() { Name = "Upload all the same" }).ClickAsync();
            await Expect(page.Locator("#transfers")).ToHaveTextAsync("2 files not stored");
            await Expect(held).ToHaveCountAsync(0);

            // It outlives a way through other pages, and goes on by itself when there is room.
            await ChooseAsync(page, "later.bin", 900_000);
            await Expect(held).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Vault", Exact = true }).First.ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/vault$"));
            await page.GoBackAsync();
            await Expect(held).ToContainTextAsync("There is too little room for this file.");
            vault.Write(change => MadeVault.AddAgreements(change, first: 12, leaves: 0));
            var other = await page.Context.NewPageAsync();
            await other.GotoAsync("/files");
            await ChooseAsync(other, "other.bin", 1_000);
            await Expect(page.Locator(".transfers li").Filter(new() { HasText = "later.bin" })).ToContainTextAsync("not stored yet");
            await Expect(held).ToHaveCountAsync(0);
            await Expect(page.GetByTestId("rented-room")).ToContainTextAsync("at least 4\u00A0GiB left");
        });
    }

    static Task ChooseAsync(IPage page, string name, int size) =>
        page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = new byte[size] });

    /// <summary>Three removed files of two, one and one MiB at providers that nobody can reach, by age.</summary>
    static void Fill(CatalogTransaction change)
    {
        MadeVault.AddAgreements(change);
        for (var i = 0; i < 3; i++)
            MadeVault.AddRemoved(change, $"removed {i}", (uint)i, i == 0 ? 2_048u : 1_024u, DateTimeOffset.UtcNow.AddDays(-1).AddHours(i));
    }
}
