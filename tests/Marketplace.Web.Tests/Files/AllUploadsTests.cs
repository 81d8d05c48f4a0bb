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
    public async Task All_ArePaused_GoOn_AndAreGivenUp_WithOnePressEach() =>
        await TravelAsync("all-uploads", Few, async (page, connection) =>
        {
            var summary = page.Locator("#transfers");
            var chain = new TaskCompletionSource();
            connection.Held = chain.Task;
            await page.Locator("input[webkitdirectory]").SetInputFilesAsync(folder);
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");
            await Expect(page.GetByText("12 more files wait in this page")).ToBeVisibleAsync();

            await page.PressByKeyAsync("Pause all");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files paused");
            await Expect(Button(page, "Pause all")).ToBeFocusedAsync();
            await page.LookAsync("files-all-paused");
            await page.PressByKeyAsync("Resume all");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");

            await page.PressByKeyAsync("Cancel all…");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"{Few.MostOpen} files, 336\u00A0B, are not stored then, nor are 12 files more that wait in this page. What is stored already stays.");
            await page.LookAsync("files-cancel-all");
            await page.PressByKeyAsync("Go on with them");
            await Expect(summary).ToContainTextAsync($"{Few.MostOpen} files on the way");
            await page.PressByKeyAsync("Cancel all…");
            await page.PressByKeyAsync("Cancel all");
            await Expect(summary).ToHaveTextAsync("Nothing is on the way");
            await Expect(page.GetByText("wait in this page")).ToHaveCountAsync(0);

            // Nothing of them comes after it; what is chosen now does.
            chain.SetResult();
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "later.txt", MimeType = "text/plain", Buffer = [1] });
            await Expect(summary).ToHaveTextAsync("1 file not stored", new() { Timeout = 60_000 });

            // Whoever locks the vault is told what waits for it.
            await page.PressByKeyAsync("Lock the vault");
            await Expect(page.GetByTestId("waiting")).ToHaveTextAsync("1 file is not stored yet. It waits for the vault, and goes on once it is open.");
            await page.LookAsync("vault-locked-waiting");
        });

    [Fact]
    public async Task WhatIsPaused_AsksTheGatewayOneQuestionForAll() =>
        await TravelAsync("paused-uploads", new TransferLimits { LongestWait = TimeSpan.FromSeconds(1) }, async (page, _) =>
        {
            var (pieces, questions) = (0, 0);
            var five = new TaskCompletionSource();
            page.Request += (_, request) =>
            {
                if (request.Method == "PUT")
                    Interlocked.Increment(ref pieces);
                if (request.Url.Contains("/paused/", StringComparison.Ordinal) && Interlocked.Increment(ref questions) == 5)
                    five.SetResult();
            };
            var summary = page.Locator("#transfers");
            var paused = new TaskCompletionSource();
            await page.RouteAsync("**/files/uploads/*/0", async route =>
            {
                await paused.Task;
                await route.ContinueAsync();
            });
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new[] { "a", "b" }.Select(name => new FilePayload { Name = name, MimeType = "text/plain", Buffer = [1] }));
            await Expect(summary).ToContainTextAsync("2 files on the way");
            await page.PressByKeyAsync("Pause all");
            // What is chosen meanwhile is paused as well.
            await page.Locator("input[webkitdirectory]").SetInputFilesAsync(folder);
            await Expect(summary).ToContainTextAsync($"{Files + 2} files paused");
            paused.SetResult();

            // Each is answered after a second: those are more than the three after which each file once asked for itself.
            await five.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(2, pieces);
            await page.PressByKeyAsync("Resume all");
            await Expect(summary).ToHaveTextAsync($"{Files + 2} files not stored", new() { Timeout = 60_000 });
            Assert.Equal(Files + 4, pieces);
        });

    /// <summary>A vault without files, and a folder of them; nothing is refused for want of space before the chain was asked for what was rented meanwhile.</summary>
    async Task TravelAsync(string name, TransferLimits limits, Func<IPage, HeldConnection, Task> journey)
    {
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:000}.txt")), $"file {i:00}");
        var connection = new HeldConnection(web.Chain.Connection);
        await MadeVault.TravelAsync(
            web, name, MadeVault.AddAgreements,
            async page =>
            {
                await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
                await journey(page, connection);
            },
            new Market(connection, web.Chain.Market.Deployment), limits);
    }

    static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
