using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Files of which a fragment is lost, stored again: those that are chosen, all of them, and where too few providers are left.</summary>
static class AgainSteps
{
    /// <summary>Seven files lack a fragment, three of them in one folder; one is whole, and its provider was replaced.</summary>
    public static async Task StoreAsync(IPage page)
    {
        await page.GotoAsync("/files");
        await Expect(Notice(page)).ToContainTextAsync("7 files have 11 of 12 fragments left", new() { Timeout = 240_000 });
        await Expect(Notice(page).GetByRole(AriaRole.Button, new() { Name = "Store all 7 again" })).ToBeVisibleAsync();
        await StoreChosenAsync(page);
        await StoreAllAsync(page);
    }

    /// <summary>Nothing is stored again before others are rented from, unless its user wants it all the same; then it waits for them.</summary>
    public static async Task LackProvidersAsync(IPage page)
    {
        await Expect(Replace(Notice(page))).ToBeVisibleAsync();
        await Expect(Notice(page).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await ChosenSteps.ChooseAsync(page, "words.txt");
        await StoreAgain(page).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("providers are missing.");
        await Expect(Replace(dialog)).ToBeVisibleAsync();
        await page.LookAsync("files-again-too-few");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Store all the same" }).ClickAsync();
        await Expect(page.GetByText("1 file is stored again.")).ToBeVisibleAsync();

        var transfer = Transfers(page).GetByRole(AriaRole.Listitem).Filter(new() { HasText = "words.txt" });
        await Expect(Replace(transfer)).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await transfer.GetByRole(AriaRole.Button, new() { Name = "Cancel words.txt" }).ClickAsync();
        await Transfers(page).GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
    }

    /// <summary>A folder and a file that is whole: that is left out.</summary>
    static async Task StoreChosenAsync(IPage page)
    {
        await ChosenSteps.ChooseAsync(page, "desk/", "words.txt");
        await page.LookAsync("files-chosen-endangered");
        await StoreAgain(page).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "3 files are stored again; 1 is whole already." })).ToBeVisibleAsync();
        await Expect(Transfers(page).GetByRole(AriaRole.Heading)).ToHaveTextAsync("Everything is stored", new() { Timeout = 240_000 });
        await Expect(Notice(page)).ToContainTextAsync("4 files have 11 of 12 fragments left");
        Assert.Equal("some words", await (await page.APIRequest.GetAsync("/files/content?name=desk/2026/album/words.txt")).TextAsync());
        await Transfers(page).GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
    }

    /// <summary>One that is paused holds up no other, and one that is on its way lets the others be stored again, too.</summary>
    static async Task StoreAllAsync(IPage page)
    {
        await ChosenSteps.ChooseAsync(page, "big.bin");
        await StoreAgain(page).ClickAsync();
        await Transfers(page).GetByRole(AriaRole.Button, new() { Name = "Pause big.bin" }).ClickAsync();
        await Notice(page).GetByRole(AriaRole.Button, new() { Name = "Store 3 more again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "3 files are stored again; 1 is on its way already." })).ToBeVisibleAsync();
        await Expect(Transfers(page).GetByText("stored again")).ToHaveCountAsync(3, new() { Timeout = 240_000 });
        await Expect(Notice(page)).ToContainTextAsync("1 file has 11 of 12 fragments left");
        await page.LookAsync("files-stored-again");
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "What is to be stored again waits" })).ToBeVisibleAsync();
        await Expect(Notice(page).GetByRole(AriaRole.Button, new() { Name = "Store the file again" })).ToBeDisabledAsync();
        await page.LookAsync("overview-stored-again");
        await page.GotoAsync("/files");
        await Transfers(page).GetByRole(AriaRole.Button, new() { Name = "Resume big.bin" }).ClickAsync();
        await Expect(Transfers(page).GetByRole(AriaRole.Heading)).ToHaveTextAsync("Everything is stored", new() { Timeout = 240_000 });
        await Expect(Notice(page)).ToHaveCountAsync(0);
    }

    static ILocator Replace(ILocator within) => within.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Replace [0-9]+ providers$") });

    static ILocator Notice(IPage page) => page.GetByTestId("endangered");

    static ILocator Transfers(IPage page) => page.Locator("section.transfers");

    static ILocator StoreAgain(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Store chosen again" });
}
