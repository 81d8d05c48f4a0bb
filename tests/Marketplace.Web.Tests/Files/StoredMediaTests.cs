using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Files and folders that are dragged from a desktop, looked at where they are stored: on twelve of thirteen providers.</summary>
public sealed class StoredMediaTests(SpareNetwork network) : IClassFixture<SpareNetwork>, IDisposable
{
    const long BigSize = 256L << 20;

    readonly string desktop = Directory.CreateTempSubdirectory("marketplace-desktop-").FullName;

    string Home => Path.Combine(desktop, "home");

    [Fact]
    public async Task FilesAndFolders_AreDroppedAndChosen_LookedAt_AndPlayedFromAnywhere()
    {
        await network.MakeHomeAsync(Home, RentingSteps.Passphrase);
        await using var gateway = await GatewayProcess.StartAsync(Home);
        await using var context = await network.VisitAsync(gateway);
        await new TestWallet(AnvilProcess.ChainId, network.Signer) { Client = network.Client }.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync("media", async () =>
        {
            await RentAsync(page);
            await FillDesktopAsync(page);
            await DropFilesAsync(page);
            await BringFoldersAsync(page);
            await ChosenSteps.TakeAsync(page, await ReadFoldersAsync());
            await LookAsync(context, page);
            await PlayAsync(page);
            await KillAsync(gateway, page);
            await network.LoseAsync(await FindProviderAsync(page));
            await StoreAgainAsync(page);
            await ReplaceAsync(page);
            await AgainSteps.StoreAsync(page);
            await LoseAllButFourAsync(page);
        });
    }

    public void Dispose() => Directory.Delete(desktop, recursive: true);

    internal static async Task RentAsync(IPage page)
    {
        await page.GotoAsync("/rent?gib=4&for=1&unit=hour&coding=small&step=3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and rent" }).ClickAsync();
        await page.GetByLabel("Passphrase").FillAsync(RentingSteps.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
        await WalletSteps.ConnectAsync(page);
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        await page.GotoAsync("/files");
        await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
    }

    async Task FillDesktopAsync(IPage page)
    {
        var picture = Convert.FromBase64String(await page.EvaluateAsync<string>(
            "() => Object.assign(document.createElement('canvas'), { width: 48, height: 32 }).toDataURL('image/png').split(',')[1]"));
        Directory.CreateDirectory(Path.Combine(desktop, "album", "inner"));
        Directory.CreateDirectory(Path.Combine(desktop, "chosen", "deep"));
        await File.WriteAllBytesAsync(Path.Combine(desktop, "film.webm"), await HandMadeVideo.MakeAsync(page));
        await File.WriteAllBytesAsync(Path.Combine(desktop, "picture.png"), picture);
        await File.WriteAllBytesAsync(Path.Combine(desktop, "album", "inner", "picture.png"), picture);
        await using (var big = File.Create(Path.Combine(desktop, "big.bin")))
            big.SetLength(BigSize);
        await File.WriteAllTextAsync(Path.Combine(desktop, "paper.pdf"), HandMadePdf.Whole);
        await File.WriteAllTextAsync(Path.Combine(desktop, "words.txt"), "some words");
        await File.WriteAllTextAsync(Path.Combine(desktop, "album", "words.txt"), "some words");
        await File.WriteAllTextAsync(Path.Combine(desktop, "chosen", "deep", "words.txt"), "some words");
    }

    /// <summary>As a desktop does it: the browser is told of paths, and the page of what lies there.</summary>
    async Task DropAsync(IPage page, params string[] names)
    {
        var zone = (await page.Locator(".upload-zone").BoundingBoxAsync())!;
        var debugger = await page.Context.NewCDPSessionAsync(page);
        foreach (var step in new[] { "dragEnter", "dragOver", "drop" })
        {
            if (step == "drop")
                await Expect(page.Locator(".is-over-zone")).ToBeVisibleAsync();
            await debugger.SendAsync("Input.dispatchDragEvent", new()
            {
                ["type"] = step,
                ["x"] = zone.X + zone.Width / 2,
                ["y"] = zone.Y + 20,
                ["data"] = new { items = Array.Empty<object>(), files = names.Select(name => Path.Combine(desktop, name)).ToArray(), dragOperationsMask = 1 },
            });
        }
        await Expect(page.Locator(".is-over-zone")).ToHaveCountAsync(0);
    }

    async Task DropFilesAsync(IPage page)
    {
        await DropAsync(page, "film.webm", "picture.png", "paper.pdf", "words.txt");
        foreach (var name in new[] { "film.webm", "picture.png", "paper.pdf", "words.txt" })
            await Expect(Row(page, name)).ToBeVisibleAsync(new() { Timeout = 240_000 });
    }

    async Task BringFoldersAsync(IPage page)
    {
        await DropAsync(page, "album");
        await page.Locator("input[webkitdirectory]").SetInputFilesAsync(Path.Combine(desktop, "chosen"));
        await Expect(Row(page, "album/")).ToContainTextAsync("2 files", new() { Timeout = 240_000 });
        await Expect(Row(page, "chosen/")).ToContainTextAsync("1 file", new() { Timeout = 240_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "album/" }).ClickAsync();
        await Expect(Row(page, "words.txt")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "inner/" }).ClickAsync();
        await Expect(Row(page, "picture.png")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All files" }).ClickAsync();
        await Expect(Row(page, "film.webm")).ToBeVisibleAsync();
    }

    async Task<IReadOnlyDictionary<string, byte[]>> ReadFoldersAsync()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in new[] { "album/words.txt", "album/inner/picture.png", "chosen/deep/words.txt" })
            files.Add(name, await File.ReadAllBytesAsync(Path.Combine(desktop, name)));
        return files;
    }

    static async Task LookAsync(IBrowserContext context, IPage page)
    {
        await OpenAsync(page, "picture.png");
        var picture = page.GetByRole(AriaRole.Img, new() { Name = "picture.png" });
        await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 48);
        await CloseAsync(page);

        await OpenAsync(page, "words.txt");
        await Expect(page.FrameLocator("iframe").GetByText("some words")).ToBeVisibleAsync();
        await CloseAsync(page);

        await OpenAsync(page, "paper.pdf");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "paper.pdf" }).GetByText(HandMadePdf.Words).First).ToBeVisibleAsync();
        await Expect(page.GetByText("2 pages.")).ToBeVisibleAsync();
        await page.LookAsync("file-pdf");
        // This browser has no viewer of its own: of that, what it gets is what can be seen.
        var opened = new TaskCompletionSource<IResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Response += (_, response) =>
        {
            if (response.Url.Contains("name=paper.pdf", StringComparison.Ordinal))
                opened.TrySetResult(response);
        };
        await page.GetByRole(AriaRole.Link, new() { Name = "Open it in the browser’s own viewer" }).ClickAsync();
        var headers = await (await opened.Task.WaitAsync(TimeSpan.FromMinutes(2))).AllHeadersAsync();
        Assert.Equal("application/pdf", headers["content-type"]);
        Assert.StartsWith("inline", headers["content-disposition"], StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox", headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Equal(HandMadePdf.Whole, await (await context.APIRequest.GetAsync("/files/content?name=paper.pdf")).TextAsync());
        await CloseAsync(page);
    }

    /// <summary>Its end is played without what lies between.</summary>
    static async Task PlayAsync(IPage page)
    {
        var ranges = new ConcurrentQueue<string>();
        // A request's headers are asked for after it: whoever looks at them waits for the last.
        var heard = new ConcurrentBag<Task>();
        async Task HearAsync(IRequest request)
        {
            if (request.Url.Contains("film.webm", StringComparison.Ordinal) && await request.HeaderValueAsync("range") is { } range)
                ranges.Enqueue(range);
        }
        page.Request += (_, request) => heard.Add(HearAsync(request));
        await OpenAsync(page, "film.webm");
        var film = page.Locator("video");
        await Expect(film).ToHaveJSPropertyAsync("duration", HandMadeVideo.Seconds);
        await ShouldShowAsync(film, "255,0,0");

        await film.EvaluateAsync("(film, to) => new Promise(done => { film.onseeked = done; film.currentTime = to; })", HandMadeVideo.Seconds - 6);
        await ShouldShowAsync(film, "0,0,255");
        await Task.WhenAll(heard);
        Assert.Contains(ranges, range => Regex.Match(range, "^bytes=([0-9]+)-") is { Success: true } from && long.Parse(from.Groups[1].Value, null) > 1_000_000);
        Assert.False(await film.EvaluateAsync<bool>("film => [...Array(film.buffered.length).keys()].some(i => film.buffered.start(i) <= 20 && film.buffered.end(i) >= 20)"));

        await film.EvaluateAsync(
            "(film, until) => new Promise(done => { film.ontimeupdate = () => { if (film.currentTime > until) done(); }; film.muted = true; film.play(); })", HandMadeVideo.Seconds - 5);
        await page.LookAsync("file-film");
        await CloseAsync(page);
    }

    /// <summary>The machine loses its power while a file is sent: what was stored is there, what was not is said, and taken over once it is chosen again.</summary>
    async Task KillAsync(GatewayProcess gateway, IPage page)
    {
        await DropAsync(page, "big.bin");
        var transfers = page.Locator("section.transfers");
        await Expect(transfers.GetByText("sealed and sent:")).ToBeVisibleAsync();
        await gateway.KillAsync();
        await Expect(page.GetByText("Connection to the gateway lost.")).ToBeVisibleAsync();
        await gateway.StartAgainAsync();

        await Expect(page.GetByTestId("lost")).ToContainTextAsync("1 file was not handed over to the end, or not stored when the gateway ended.");
        await page.GetByLabel("Passphrase").FillAsync(RentingSteps.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
        await Expect(transfers.GetByRole(AriaRole.Heading)).ToHaveTextAsync("1 file not stored");
        await Expect(transfers.GetByRole(AriaRole.Listitem)).ToContainTextAsync("Choose the file again, unless it is among your files");
        await Expect(Row(page, "film.webm")).ToBeVisibleAsync();
        await page.LookAsync("files-not-stored");
        await page.ShouldBeAccessibleAsync();

        await DropAsync(page, "big.bin");
        await Expect(Row(page, "big.bin")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await Expect(transfers.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Everything is stored");
        // What a browser has of the run before is nothing that anybody has to be told.
        Assert.DoesNotContain("Exception", gateway.Log, StringComparison.Ordinal);
    }

    /// <summary>One from which was rented.</summary>
    static async Task<string> FindProviderAsync(IPage page)
    {
        await OpenAsync(page, "words.txt");
        await page.GetByText("Fragment by fragment").ClickAsync();
        var link = await page.GetByRole(AriaRole.Region, new() { Name = "Fragments" }).GetByRole(AriaRole.Link).First.GetAttributeAsync("href");
        await CloseAsync(page);
        return link!["/providers/".Length..];
    }

    /// <summary>As many as are missing are rented, none of those that were: then it is stored by itself, and whole.</summary>
    static async Task ReplaceAsync(IPage page)
    {
        await page.LookAsync("files-too-few-providers");
        await page.GetByRole(AriaRole.Link, new() { Name = "Replace 1 provider" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next: what it costs" }).ClickAsync();
        await page.LookAsync("rent-replacement");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and rent" }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync(new Regex("^You rent 1\u00A0GiB at each for .* from 1 new provider for at most "));
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        await page.GotoAsync("/files");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true })).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await OpenAsync(page, "words.txt");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("12 of 12 fragments are shown to be there.")).ToBeVisibleAsync();
    }

    /// <summary>Eight more providers burn: every page that has to do with files says so once their proofs are missing, and no page before.</summary>
    async Task LoseAllButFourAsync(IPage page)
    {
        await OpenAsync(page, "words.txt");
        await page.GetByText("Fragment by fragment").ClickAsync();
        var links = await page.GetByRole(AriaRole.Region, new() { Name = "Fragments" }).GetByRole(AriaRole.Link).AllAsync();
        var providers = await Task.WhenAll(links.Select(link => link.GetAttributeAsync("href")));
        foreach (var provider in providers.Take(8))
            await network.LoseAsync(provider!["/providers/".Length..]);
        await CloseAsync(page);
        var left = Row(page, "words.txt").Locator(".left");
        await Expect(left).ToHaveTextAsync("4 of 12 left", new() { Timeout = 240_000 });
        await Expect(page.GetByTestId("endangered")).ToContainTextAsync(new Regex("[0-9]+ files? ha(s|ve) 4 of 12 fragments left, and none to spare: if one more is lost, "));
        await page.LookAsync("files-endangered");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Health" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("attention=true"));
        await Expect(Row(page, "album/words.txt")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "All files" }).ClickAsync();
        await Expect(Row(page, "album/words.txt")).ToHaveCountAsync(0);
        await Expect(Row(page, "desk/").Locator(".left.is-grave")).ToHaveTextAsync("3 need attention");
        await AgainSteps.LackProvidersAsync(page);
        await OpenAsync(page, "words.txt");
        await Expect(page.GetByTestId("left")).ToHaveTextAsync("4 of 12 left, none to spare");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("4 of 12 fragments are shown to be there.")).ToBeVisibleAsync();
        await page.GetByText("Fragment by fragment").ClickAsync();
        var silent = page.GetByRole(AriaRole.Region, new() { Name = "Fragments" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "does not answer" });
        await Expect(silent).ToHaveCountAsync(8);
        await Expect(silent.First.GetByText("refused")).ToBeHiddenAsync();
        await page.LookAsync("file-endangered");
        await CloseAsync(page);

        await page.GotoAsync("/agreements");
        await Expect(page.GetByTestId("held")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("endangered")).ToContainTextAsync("none to spare");
        await Expect(page.GetByText(new Regex("^[0-9]+ of 12 lack proofs$"))).ToBeVisibleAsync();
        await page.LookAsync("agreements-endangered");
        await page.GotoAsync("/");
        await Expect(page.GetByTestId("endangered")).ToContainTextAsync("none to spare");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Your files" })).ToContainTextAsync(new Regex("[0-9]+ of them needs? attention"));
        await Expect(page.GetByTestId("own-escrow")).ToContainTextAsync("SPACE");
        await Expect(page.GetByTestId("rented-room")).ToContainTextAsync("left");
        await page.LookAsync("overview-endangered");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Replace [0-9]+ providers$") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^[0-9]+ providers are replaced$") })).ToBeVisibleAsync();
    }

    /// <summary>What lost a provider can be read, but not stored again before there is another in its place.</summary>
    static async Task StoreAgainAsync(IPage page)
    {
        await OpenAsync(page, "words.txt");
        var check = page.GetByRole(AriaRole.Button, new() { Name = "Check now" });
        await Expect(check).ToBeVisibleAsync();
        // What is said of it is heard only in a region that was there before.
        await page.EvaluateAsync("document.querySelectorAll('dialog .health [role=status]').forEach(region => { region.marked = true; })");
        await check.ClickAsync();
        var said = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "11 of 12 fragments are shown to be there." });
        await Expect(said).ToHaveJSPropertyAsync("marked", true);
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Replace 1 provider" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Store it again" }).ClickAsync();
        await Expect(said).ToContainTextAsync("It waits to be stored again: ", new() { Timeout = 120_000 });
        await CloseAsync(page);
        await Expect(page.GetByText("12 different providers")).ToBeVisibleAsync();
        await Expect(Row(page, "words.txt")).ToBeVisibleAsync();
    }

    /// <summary>A pixel at the top of the picture gets this colour, each part as nearest to nothing or all; a picture that was decoded is not at once one that can be drawn.</summary>
    static async Task ShouldShowAsync(ILocator film, string colour) => Assert.Equal(colour, await film.EvaluateAsync<string>(
        """
        async (film, wanted) => {
          const paper = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }).getContext("2d");
          const read = () => {
            paper.drawImage(film, 0, 0, 8, 8);
            return [...paper.getImageData(4, 0, 1, 1).data].slice(0, 3).map((part) => (part > 127 ? 255 : 0)).join();
          };
          const until = performance.now() + 30000;
          while (read() !== wanted && performance.now() < until) await new Promise(requestAnimationFrame);
          return read();
        }
        """, colour));

    static Task OpenAsync(IPage page, string name) => Row(page, name).GetByRole(AriaRole.Button).ClickAsync();

    static async Task CloseAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    static ILocator Row(IPage page, string name) => page.Locator("tbody tr:has(th)").Filter(new() { HasText = name });
}
