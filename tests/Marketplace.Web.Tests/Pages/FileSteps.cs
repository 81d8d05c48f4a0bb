using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Files in and out.</summary>
static class FileSteps
{
    const string Hostile = "<img src=x onerror=\"window.hacked=1\">\u202Egnp.html";

    static readonly string Text = string.Concat(Enumerable.Range(0, 20_000).Select(line => $"line {line}\n"));

    /// <summary>The vault is open: it is locked, and opened again.</summary>
    public static async Task UnlockAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock the vault" }).ClickAsync();
        await page.GetByLabel("Passphrase").FillAsync("not this one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
        await Expect(page.GetByText("The passphrase does not open the vault.")).ToBeVisibleAsync();
        await page.LookAsync("vault-locked");
        await page.GetByLabel("Passphrase").FillAsync(RentingSteps.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
        await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
    }

    public static async Task UploadAsync(IPage page)
    {
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload[]
        {
            new() { Name = "notes.txt", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(Text) },
            new() { Name = Hostile, MimeType = "text/html", Buffer = "<script>window.hacked=1</script>"u8.ToArray() },
            new() { Name = "empty.bin", MimeType = "application/octet-stream", Buffer = [] },
        });
        // The network's providers share this machine with the browser.
        await Expect(Rows(page)).ToHaveCountAsync(3, new() { Timeout = 240_000 });
        await Expect(page.GetByTestId("rented-room")).ToContainTextAsync(new Regex("[1-9][0-9.]*\u00A0[KM]iB of 4\u00A0GiB used; 3.9\u00A0GiB left"));
        await ShouldFoldWhatIsOverAsync(page.Locator("section.transfers"));
        await page.LookAsync("files");
    }

    /// <summary>What is stored is one line, which opens.</summary>
    static async Task ShouldFoldWhatIsOverAsync(ILocator transfers)
    {
        await Expect(transfers.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Everything is stored");
        await Expect(transfers.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(0);
        await transfers.GetByRole(AriaRole.Button, new() { Name = "Show 3 files" }).ClickAsync();
        await Expect(transfers.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await transfers.GetByRole(AriaRole.Button, new() { Name = "Hide 3 files" }).ClickAsync();
        await Expect(transfers.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(0);
    }

    /// <summary>A file that is too large for what is rented is not handed over before its user says so, who is led to where the rest can be rented.</summary>
    public static async Task ChooseTooMuchAsync(IPage page)
    {
        var large = Path.GetTempFileName();
        await using (var content = new FileStream(large, FileMode.Open, FileAccess.Write, FileShare.Read, 1, FileOptions.DeleteOnClose))
        {
            content.SetLength(5L << 30);
            await page.Locator("input[type=file]").First.SetInputFilesAsync(large);
            var held = page.GetByTestId("held");
            await Expect(held).ToContainTextAsync("5\u00A0GiB of room needed, 3.9\u00A0GiB left: 1\u00A0GiB missing. A file needs its room in one piece: rent 5\u00A0GiB anew");
            await page.LookAsync("files-too-large");
            await held.GetByRole(AriaRole.Link, new() { Name = "Rent 6\u00A0GiB" }).ClickAsync();
            await Expect(page.GetByLabel("GiB of files")).ToHaveValueAsync("6");
            await page.GoBackAsync();
            await held.GetByRole(AriaRole.Button, new() { Name = "Do not upload" }).ClickAsync();
            await Expect(held).ToHaveCountAsync(0);
            await Expect(Rows(page)).ToHaveCountAsync(3);
        }
    }

    public static async Task ShouldBeServedInPartsAsync(IBrowserContext context)
    {
        var content = await context.APIRequest.GetAsync("/files/content?name=notes.txt");
        Assert.Equal(Text, await content.TextAsync());
        var part = await context.APIRequest.GetAsync("/files/content?name=notes.txt", new() { Headers = [new("Range", "bytes=100-1099")] });
        Assert.Equal(206, part.Status);
        Assert.Equal(Text[100..1100], await part.TextAsync());
        var tag = part.Headers["etag"];
        foreach (var (known, status) in new[] { (tag, 206), ("\"replaced\"", 200) })
        {
            var resumed = await context.APIRequest.GetAsync(
                "/files/content?name=notes.txt", new() { Headers = [new("Range", "bytes=100-1099"), new("If-Range", known)] });
            Assert.Equal(status, resumed.Status);
        }
        var beyond = await context.APIRequest.GetAsync("/files/content?name=notes.txt", new() { Headers = [new("Range", "bytes=99999999-")] });
        Assert.Equal(416, beyond.Status);
    }

    /// <summary>A file that wants to be a page, under a name that wants to be one.</summary>
    public static async Task ShouldBeHarmlessAsync(IBrowserContext context, IPage page)
    {
        await Expect(page.GetByText("<img src=x onerror=\"window.hacked=1\">\uFFFDgnp.html").First).ToBeVisibleAsync();
        Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"));
        var answer = await context.APIRequest.GetAsync("/files/content?name=" + Uri.EscapeDataString(Hostile));
        Assert.StartsWith("text/plain", answer.Headers["content-type"], StringComparison.Ordinal);
        Assert.StartsWith("sandbox;", answer.Headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
    }

    /// <summary>A look at it, proof that it is there, another name, and its end.</summary>
    public static async Task LookAfterAsync(IBrowserContext context, IPage page)
    {
        await Row(page, "notes.txt").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.FrameLocator("iframe").GetByText("line 19999")).ToBeAttachedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("12 of 12 fragments are shown to be there.")).ToBeVisibleAsync();
        await Expect(page.Locator(".map-list li")).Not.ToHaveCountAsync(0);
        await page.LookAsync("file");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await page.GetByLabel("New name, with folders").FillAsync("papers/notes.txt");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "papers/" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("in=papers"));
        await Row(page, "notes.txt").GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Expect(page.GetByText("No file fits.")).ToBeVisibleAsync();
        Assert.Equal(404, (await context.APIRequest.GetAsync("/files/content?name=papers/notes.txt")).Status);
    }

    /// <summary>Its providers prove every epoch, but a proof is over it from the second epoch after its storing on.</summary>
    static async Task ShouldBeProvenSinceItWasStoredAsync(IPage page, ulong before)
    {
        var lies = page.GetByRole(AriaRole.Region, new() { Name = "Where it lies" });
        await Expect(lies).ToContainTextAsync(new Regex("too new to be proven: their first proofs are expected in epoch|were proven since|a proof that was due"));
        await Expect(lies).ToContainTextAsync("All were proven since", new() { Timeout = 240_000 });
        var proven = Regex.Matches(await lies.GetByRole(AriaRole.Table).InnerTextAsync(), "epoch ([0-9]+), ");
        Assert.Equal(12, proven.Count);
        Assert.All(proven, epoch => Assert.True(ulong.Parse(epoch.Groups[1].Value, CultureInfo.InvariantCulture) >= before + 2));
    }

    /// <summary>A file that was replaced and removed: each of its versions comes back, with its tags.</summary>
    public static async Task RestoreAsync(IBrowserContext context, IPage page)
    {
        var before = ulong.Parse(await page.Locator(".chain-status strong").First.InnerTextAsync(), CultureInfo.InvariantCulture);
        foreach (var text in new[] { "first words", "second, longer words" })
        {
            await page.Locator("input[type=file]").First.SetInputFilesAsync(
                new FilePayload { Name = "draft.txt", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
            await Expect(Row(page, "draft.txt")).ToContainTextAsync(text[0] == 'f' ? "11\u00A0B" : "20\u00A0B", new() { Timeout = 240_000 });
        }
        await Row(page, "draft.txt").GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByLabel("New tags, with commas between").FillAsync("novel, 2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take the tag novel away" })).ToBeVisibleAsync();
        var old = await context.APIRequest.GetAsync("/files/content?name=draft.txt&version=1");
        Assert.Equal("first words", await old.TextAsync());
        await page.GetByText("Fragment by fragment").ClickAsync();
        await ShouldBeProvenSinceItWasStoredAsync(page, before);
        await page.LookAsync("file-versions");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore version 1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Restore version 2" })).ToBeVisibleAsync();
        Assert.Equal("first words", await (await context.APIRequest.GetAsync("/files/content?name=draft.txt")).TextAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Show removed files" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Restore draft.txt" })).ToBeVisibleAsync();
        await page.LookAsync("files-removed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore draft.txt" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Restore draft.txt" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the files" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" }).GetByRole(AriaRole.Link, new() { Name = "novel" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await page.LookAsync("files-tagged");
    }

    /// <summary>The words are still there, and so is who wrote them down; what is kept can be freed.</summary>
    public static async Task LookAfterTheVaultAsync(IPage page, IReadOnlyList<string> written)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Vault", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check what I wrote" }).ClickAsync();
        await page.GetByLabel("Passphrase of the vault").FillAsync("not this one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByText("The passphrase does not open the vault.")).ToBeVisibleAsync();
        await page.GetByLabel("Passphrase of the vault").FillAsync(RentingSteps.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.GetByLabel(new Regex("^Word ")).First.FillAsync("nonsense");
        await RentingSteps.AnswerAsync(page, written, skip: 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check", Exact = true }).ClickAsync();
        await Expect(page.GetByText("is another one.")).ToBeVisibleAsync();
        await RentingSteps.AnswerAsync(page, written, skip: 0);
        await page.LookAsync("vault-check");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check", Exact = true }).ClickAsync();
        await Expect(page.GetByText("These are the vault’s words.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done", Exact = true }).ClickAsync();

        await page.GetByLabel("Days that they are kept").FillAsync("90");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await page.LookAsync("vault-page");
        await page.GetByRole(AriaRole.Button, new() { Name = "Free their space" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete them for good" }).ClickAsync();
        await Expect(page.GetByText("Nothing is kept for restoring now.")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        // The dialog gave the focus back: what is typed next has somewhere to go.
        await Expect(page.Locator(":focus")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator(".skip-link:focus")).ToHaveCountAsync(0);
    }

    /// <summary>A file whose bytes this test hands over itself, so that nothing depends on who is faster.</summary>
    public static async Task TurnATransferAsync(IBrowserContext context, IPage page, Uri gateway)
    {
        await page.GotoAsync("/files");
        var headers = new Dictionary<string, string> { ["Origin"] = gateway.GetLeftPart(UriPartial.Authority) };
        var begun = await context.APIRequest.PostAsync("/files/uploads", new() { Headers = headers, DataObject = new { name = "large.bin", size = 3_000_000 } });
        var id = (await begun.JsonAsync())!.Value.GetProperty("id").GetString();
        async Task<JsonElement> PutAsync(long at) => (await (await context.APIRequest.PutAsync(
            $"/files/uploads/{id}/{at}", new() { Headers = headers, DataByte = new byte[1_000_000] })).JsonAsync())!.Value;

        Assert.Equal("Taken", (await PutAsync(0)).GetProperty("reply").GetString());
        Assert.Equal("OutOfOrder", (await PutAsync(2_000_000)).GetProperty("reply").GetString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause large.bin" }).ClickAsync();
        await Expect(page.GetByText("paused at 977")).ToBeVisibleAsync();
        var paused = await PutAsync(1_000_000);
        Assert.Equal("Paused", paused.GetProperty("reply").GetString());
        Assert.Equal(1_000_000, paused.GetProperty("next").GetInt64());
        await page.LookAsync("files-paused");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume large.bin" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause large.bin" })).ToBeVisibleAsync();
        Assert.Equal("Taken", (await PutAsync(1_000_000)).GetProperty("reply").GetString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel large.bin" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Show [0-9]+ files?$") }).ClickAsync();
        await Expect(page.GetByText("given up")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
        await Expect(page.GetByText("given up")).ToBeHiddenAsync();
        Assert.Equal("Gone", (await PutAsync(2_000_000)).GetProperty("reply").GetString());
    }

    static ILocator Rows(IPage page) => page.Locator("tbody tr:has(th)");

    static ILocator Row(IPage page, string name) => Rows(page).Filter(new() { HasText = name });
}
