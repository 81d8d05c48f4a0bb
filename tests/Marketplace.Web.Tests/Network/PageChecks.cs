using System.Text.Json;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>What holds for every page.</summary>
static class PageChecks
{
    /// <summary>No rule of WCAG 2.2 A and AA that axe-core can check is broken.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        // Evaluated over the debugging protocol, which a page's own policy does not bind.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Chromium.Axe));
        var report = await page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))"
            + ".violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)");
        var violations = report.EnumerateArray().Select(violation => violation.GetString()).ToList();
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    /// <summary>Nothing is wider than the window, which would make the page scroll sideways.</summary>
    public static async Task ShouldFitAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page scrolls sideways.");

    /// <summary>Kept as artifacts/screenshots/NAME-LOOK.png.</summary>
    public static async Task ShootAsync(this IPage page, string name, Look look)
    {
        // What sticks to the window's edges would lie across the middle of a long picture.
        await page.EvaluateAsync(
            "for (const bar of document.querySelectorAll('.side-nav, .top-bar')) bar.style.setProperty('position', 'static', 'important')");
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", $"{name}-{look.Name}.png"),
            FullPage = true,
            // To hide it, a style sheet would be written into the page, which the page's policy forbids.
            Caret = ScreenshotCaret.Initial,
        });
        await page.EvaluateAsync("for (const bar of document.querySelectorAll('.side-nav, .top-bar')) bar.style.removeProperty('position')");
    }
}
