using System.Text.RegularExpressions;
using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>One vault in two pages: what one changes the other shows; and what is looked at is in the page's address.</summary>
[Collection(WebCollection.Name)]
public sealed class SharedVaultTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task WhatOnePageChanges_IsShownByTheOther()
    {
        await TravelAsync("shared-vault", async page =>
        {
            var other = await page.Context.NewPageAsync();
            await other.GotoAsync("/files");
            await OpenAsync(other, "notes.txt");
            await OpenAsync(page, "notes.txt");

            await page.GetByLabel("New tags, with commas between").FillAsync("novel");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Take the tag novel away" })).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await page.GetByLabel("New name, with folders").FillAsync("words.txt");
            await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(other.GetByText("It is not here any more.")).ToBeVisibleAsync();
            await other.LookAsync("file-gone");
            await other.GetByRole(AriaRole.Button, new() { Name = "Back to the files" }).ClickAsync();
            await Expect(Row(other, "words.txt")).ToBeVisibleAsync();
            await Expect(Row(other, "notes.txt")).ToHaveCountAsync(0);

            await other.GotoAsync("/files?removed=true");
            await OpenAsync(page, "words.txt");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            await page.LookAsync("file-delete");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
            await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Restore words.txt" })).ToBeVisibleAsync();
            await Expect(Row(page, "words.txt")).ToHaveCountAsync(0);
            await other.GetByRole(AriaRole.Button, new() { Name = "Restore words.txt" }).ClickAsync();
            await Expect(Row(page, "words.txt")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task DeletingForGood_IsSetApart_AndNamesWhatIsLost()
    {
        await TravelAsync("delete-for-good", async page =>
        {
            await OpenAsync(page, "notes.txt");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            var keep = page.GetByRole(AriaRole.Button, new() { Name = "Keep it" });
            await Expect(keep).ToBeFocusedAsync();
            await Expect(keep).ToHaveAccessibleDescriptionAsync(new Regex("^Delete this file\\? It can be restored for 30 days"));
            await page.PressByKeyAsync("Delete for good…");
            // Who hears the page lands on the answer that changes nothing, and hears there what is asked.
            await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Delete for good?" })).ToContainTextAsync("notes.txt, 5\u00A0B, with all its versions, is forgotten by its providers;");
            await Expect(keep).ToBeFocusedAsync();
            await Expect(keep).ToHaveAccessibleDescriptionAsync(new Regex("^Delete for good\\? notes.txt, 5\u00A0B"));
            await page.LookAsync("file-delete-for-good");
            await page.Keyboard.PressAsync("Enter");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Yes, delete it for good" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(Row(page, "notes.txt")).ToHaveCountAsync(0);
            await Expect(page.GetByText("Show removed files")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task OpenedFile_IsInTheAddress()
    {
        await TravelAsync("file-address", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "papers/" }).ClickAsync();
            await OpenAsync(page, "a & b.txt");
            await Expect(page).ToHaveURLAsync(new Regex("in=papers.*file=papers"));
            await page.GoBackAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(Row(page, "a & b.txt")).ToBeVisibleAsync();
            await page.GoForwardAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "a & b.txt" })).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "a & b.txt" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
            await Expect(page).Not.ToHaveURLAsync(new Regex("file="));
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

            await page.GotoAsync("/files?file=" + Uri.EscapeDataString("<b>none</b>.txt"));
            await Expect(page.GetByText("This vault has no file “<b>none</b>.txt”.")).ToBeVisibleAsync();
            await page.LookAsync("file-unknown");
            await page.GetByRole(AriaRole.Button, new() { Name = "Back to the files" }).ClickAsync();
            await Expect(Row(page, "notes.txt")).ToBeVisibleAsync();
        });
    }

    /// <summary>A vault with two files that nobody keeps, and a page that lists them.</summary>
    Task TravelAsync(string name, Func<IPage, Task> journey) => MadeVault.TravelAsync(web, name, Fill, journey);

    static void Fill(CatalogTransaction change)
    {
        foreach (var file in new[] { "notes.txt", "papers/a & b.txt" })
            change.AddLive(MadeVault.Name(file), hidden: false, 1, 5, DateTimeOffset.UtcNow, new byte[500]);
    }

    static Task OpenAsync(IPage page, string name) => Row(page, name).GetByRole(AriaRole.Button).ClickAsync();

    static ILocator Row(IPage page, string name) => page.Locator("tbody tr:has(th)").Filter(new() { HasText = name });
}
