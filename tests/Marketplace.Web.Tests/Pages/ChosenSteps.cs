using System.IO.Compression;
using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Several files and folders at once: tagged, downloaded, moved, renamed, deleted, and back.</summary>
static class ChosenSteps
{
    /// <summary>Two folders with three files of a list in which there are others, too.</summary>
    public static async Task TakeAsync(IPage page, IReadOnlyDictionary<string, byte[]> files)
    {
        await ChooseAsync(page, "album/", "chosen/");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "3 files, " })).ToContainTextAsync("are chosen.");
        await page.LookAsync("files-chosen");
        await TagAsync(page);
        await DownloadAsync(page, files);
        await MoveAsync(page);
        await BeRefusedAsync(page);
        await DeleteAsync(page);
    }

    static async Task TagAsync(IPage page)
    {
        await Act(page, "Tag chosen…").ClickAsync();
        await page.GetByLabel("New tags for all, with commas between").FillAsync("desk, 2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Tags of these files" })).ToContainTextAsync("desk all", new() { Timeout = 120_000 });
        await page.LookAsync("files-chosen-tags");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take the tag 2026 away from all" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take the tag 2026 away from all" })).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Done", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" })).ToContainTextAsync("desk 3");
    }

    static async Task DownloadAsync(IPage page, IReadOnlyDictionary<string, byte[]> files)
    {
        await Act(page, "Download chosen…").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download files.zip" }).ClickAsync());
        Assert.Equal("files.zip", download.SuggestedFilename);
        await using (var zip = await ZipFile.OpenReadAsync((await download.PathAsync())!))
        {
            Assert.Equal(files.Keys.Order(), zip.Entries.Select(entry => entry.FullName).Order());
            foreach (var entry in zip.Entries)
            {
                await using var content = await entry.OpenAsync();
                using var bytes = new MemoryStream();
                await content.CopyToAsync(bytes);
                Assert.Equal(files[entry.FullName], bytes.ToArray());
            }
        }
        await Expect(page.GetByText("The browser has all of it: 3 files.")).ToBeVisibleAsync();
        await page.LookAsync("files-chosen-download");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    static async Task MoveAsync(IPage page)
    {
        await Act(page, "Move chosen…").ClickAsync();
        await page.GetByLabel("To this folder").FillAsync("kept/2026");
        await page.LookAsync("files-chosen-move");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await Expect(page.GetByText("3 files have their new names.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(Row(page, "album/")).ToHaveCountAsync(0);
        await Expect(Row(page, "kept/")).ToContainTextAsync("3 files");

        await ChooseAsync(page, "kept/");
        await Act(page, "Rename or move…").ClickAsync();
        await page.GetByLabel("New name, with the folders above it").FillAsync("desk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
        await Expect(Row(page, "desk/")).ToContainTextAsync("3 files", new() { Timeout = 120_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "desk/" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "2026/" }).ClickAsync();
        await Expect(Row(page, "album/")).ToContainTextAsync("2 files");
        await page.GetByRole(AriaRole.Link, new() { Name = "All files" }).ClickAsync();
    }

    static async Task BeRefusedAsync(IPage page)
    {
        await ChooseAsync(page, "words.txt");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Download chosen" })).ToBeVisibleAsync();
        await Act(page, "Rename or move…").ClickAsync();
        await page.GetByLabel("New name, with the folders above it").FillAsync("picture.png");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
        await Expect(page.GetByText("“picture.png”: There is a file of that name already. Nothing was moved.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose none" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose words.txt" })).Not.ToBeCheckedAsync();
    }

    static async Task DeleteAsync(IPage page)
    {
        await ChooseAsync(page, "desk/");
        await Act(page, "Delete chosen…").ClickAsync();
        await page.LookAsync("files-chosen-delete");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete them" }).ClickAsync();
        await Expect(page.GetByText(new Regex("3 files were deleted, and can be restored for [0-9]+ days."))).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(Row(page, "desk/")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("3 files are back.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(Row(page, "desk/")).ToContainTextAsync("3 files");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" })).ToContainTextAsync("desk 3");
    }

    internal static async Task ChooseAsync(IPage page, params string[] names)
    {
        foreach (var name in names)
            await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {name}" }).CheckAsync();
    }

    static ILocator Act(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    static ILocator Row(IPage page, string name) => page.Locator("tbody tr:has(th)").Filter(new() { HasText = name });
}
