using System.Globalization;
using Marketplace.Application.Transfers;
using Marketplace.Chain;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Many uploads, some of which still wait in the page: all of them are paused, go on and are given up at once.</summary>
[Collection(WebCollection.Name)]
public sealed class AllUploadsTests(SharedWeb shared) : IDisposable
{
    const int Files = 60;

    static readonly TransferLimits Few = new() { MostOpen = 48, MostSpooled = 24 };

    readonly WebFixture web = shared.Web;
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task All_ArePaused_GoOn_AndAreGivenUp_WithOnePressEach()
    {
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:000}.txt")), $"file {i:00}");
        var vault = await MadeVault.MakeAsync(web, _ => { });
        // Nothing is refused for want of space before the chain was asked for what was rented meanwhile.
        var connection = new HeldConnection(web.Chain.Connection);
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, new Market(connection, web.Chain.Market.Deployment), vault.Home, transfers: Few);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        var summary = page.Locator("#transfers");
        await page.TravelAsync("all-uploads", async () =>
        {
            await MadeVault.OpenAsync(page);
            await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
            var chain = new TaskCompletionSource();
            connection.Held = chain.Task;
            await page.Locator("input[webkitdirectory]").SetInputFilesAsync(folder);
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");
            await Expect(page.GetByText("12 more files wait in this page")).ToBeVisibleAsync();

            await PressAsync(page, "Pause all");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files paused");
            await Expect(Button(page, "Pause all")).ToBeFocusedAsync();
            await page.LookAsync("files-all-paused");
            await PressAsync(page, "Resume all");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");

            await PressAsync(page, "Cancel all…");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"{Few.MostOpen} files, 336\u00A0B, are not stored then, nor are 12 files more that wait in this page. What is stored already stays.");
            await page.LookAsync("files-cancel-all");
            await PressAsync(page, "Go on with them");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");
            await PressAsync(page, "Cancel all…");
            await PressAsync(page, "Cancel all");
            await Expect(summary).ToHaveTextAsync("Nothing is on the way");
            await Expect(page.GetByText("wait in this page")).ToHaveCountAsync(0);

            // Nothing of them comes after it; what is chosen now does.
            chain.SetResult();
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "later.txt", MimeType = "text/plain", Buffer = [1] });
            await Expect(summary).ToHaveTextAsync("1 file not stored", new() { Timeout = 60_000 });
        });
    }

    static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>By the keyboard alone.</summary>
    static async Task PressAsync(IPage page, string name)
    {
        await Button(page, name).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
