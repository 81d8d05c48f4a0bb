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
        var icon = Assert.Single(manifest.RootElement.GetProperty("icons").EnumerateArray());
        Assert.Equal("any", icon.GetProperty("sizes").GetString());
        var drawn = await context.APIRequest.GetAsync(icon.GetProperty("src").GetString()!);
        Assert.Equal(200, drawn.Status);
        Assert.StartsWith("image/svg+xml", drawn.Headers["content-type"], StringComparison.Ordinal);
    }
}
