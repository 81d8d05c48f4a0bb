using System.Globalization;
using Marketplace.Application.Transfers;
using Marketplace.Chain;
using Marketplace.Web.Tests.Network;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A folder of more files than may be on their way at once. Nobody gives the space that is rented: what arrives is refused then, which ends it as well.</summary>
[Collection(WebCollection.Name)]
public sealed class ManyUploadsTests(SharedWeb shared) : IDisposable
{
    const int Files = 200;

    static readonly TransferLimits Few = new() { MostOpen = 48, MostSpooled = 24 };

    readonly WebFixture web = shared.Web;
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task FolderBeyondTheLimits_IsHandedOverToItsEnd_WithFewQuestions()
    {
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:000}.txt")), $"file {i}");
        var vault = await MadeVault.MakeAsync(web, MadeVault.AddAgreements);
        var connection = new HeldConnection(web.Chain.Connection);
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, new Market(connection, web.Chain.Market.Deployment), vault.Home, transfers: Few);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        var (asked, questions) = (0, 0);
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/places/", StringComparison.Ordinal))
                Interlocked.Increment(ref questions);
            else if (request.Url.Contains("/files/uploads", StringComparison.Ordinal))
                Interlocked.Increment(ref asked);
        };
        await page.TravelAsync("many-uploads", async () =>
        {
            await MadeVault.OpenAsync(page);
            await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
            // Nothing is refused before the chain was asked for what was rented meanwhile.
            var chain = new TaskCompletionSource();
            connection.Held = chain.Task;
            await page.Locator("input[webkitdirectory]").SetInputFilesAsync(folder);
            await Expect(page.GetByText($"{Files - Few.MostOpen} more files wait in this page until the gateway can take them.")).ToBeVisibleAsync();
            await Expect(page.Locator("#transfers")).ToContainTextAsync($"{Few.MostOpen} files on the way");
            await page.LookAsync("files-many-uploads");
            chain.SetResult();
            await Expect(page.Locator("#transfers")).ToHaveTextAsync($"{Files} files not stored", new() { Timeout = 300_000 });
            await Expect(page.GetByText("wait in this page until the gateway can take them")).ToHaveCountAsync(0);
        });
        // One to begin and one to hand over for each file, and a few that came too early for each question.
        Assert.InRange(questions, 2, Files / 2);
        Assert.InRange(asked, 2 * Files, 2 * Files + 5 * questions);
    }
}
