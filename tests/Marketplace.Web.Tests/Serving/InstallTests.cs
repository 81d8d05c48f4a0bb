using System.Buffers.Binary;
using System.Text.Json;
using Marketplace.Web.Tests.Network;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Serving;

/// <summary>What a browser wants before it offers to install the dApp as an application.</summary>
[Collection(WebCollection.Name)]
public sealed class InstallTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Manifest_IsLinked_AndWhatItNamesIsThere()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        var link = page.Locator("link[rel=manifest]");
        await Expect(link).ToHaveCountAsync(1);

        var answer = await context.APIRequest.GetAsync((await link.GetAttributeAsync("href"))!);
        Assert.StartsWith("application/manifest+json", answer.Headers["content-type"], StringComparison.Ordinal);
        using var manifest = JsonDocument.Parse(await answer.TextAsync());
        Assert.Equal("standalone", manifest.RootElement.GetProperty("display").GetString());
        Assert.Equal(200, (await context.APIRequest.GetAsync(manifest.RootElement.GetProperty("start_url").GetString()!)).Status);
        var icons = manifest.RootElement.GetProperty("icons").EnumerateArray().ToList();
        foreach (var icon in icons)
        {
            var drawn = await context.APIRequest.GetAsync(icon.GetProperty("src").GetString()!);
            Assert.Equal(200, drawn.Status);
            Assert.StartsWith(icon.GetProperty("type").GetString()!, drawn.Headers["content-type"], StringComparison.Ordinal);
            if (drawn.Headers["content-type"] == "image/png")
                Assert.Equal(icon.GetProperty("sizes").GetString(), SizeOf(await drawn.BodyAsync()));
        }
        Assert.Contains(icons, icon => icon.GetProperty("purpose").GetString() == "maskable");
        foreach (var shortcut in manifest.RootElement.GetProperty("shortcuts").EnumerateArray())
            Assert.Equal(200, (await context.APIRequest.GetAsync(shortcut.GetProperty("url").GetString()!)).Status);
        Assert.Equal(200, (await context.APIRequest.GetAsync((await page.Locator("link[rel=apple-touch-icon]").GetAttributeAsync("href"))!)).Status);
    }

    /// <summary>With what Chromium wants before it offers to install: names, where to start, how to show, and drawn icons of 192 and 512.</summary>
    [Fact]
    public async Task Browser_ReadsTheManifestWithoutComplaint()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        var session = await context.NewCDPSessionAsync(page);

        var read = (await session.SendAsync("Page.getAppManifest"))!.Value;

        Assert.Contains("/assets/app.webmanifest", read.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Empty(read.GetProperty("errors").EnumerateArray());
        using var manifest = JsonDocument.Parse(read.GetProperty("data").GetString()!);
        foreach (var wanted in new[] { "name", "short_name", "start_url", "scope", "theme_color", "background_color" })
            Assert.NotEmpty(manifest.RootElement.GetProperty(wanted).GetString()!);
        var drawn = manifest.RootElement.GetProperty("icons").EnumerateArray().Select(icon => icon.GetProperty("sizes").GetString()).ToList();
        Assert.Contains("192x192", drawn);
        Assert.Contains("512x512", drawn);
    }

    /// <summary>Of the PNG's own header.</summary>
    static string SizeOf(byte[] png) =>
        $"{BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16))}x{BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20))}";
}
