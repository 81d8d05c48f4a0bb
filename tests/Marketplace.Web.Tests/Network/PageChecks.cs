using System.Text.Json;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>What holds for every page.</summary>
static class PageChecks
{
    /// <summary>No rule of WCAG 2.2 A and AA that axe-core can check is broken.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        // Stored files are shown in frames that run no script, not even axe-core's, which would wait for them.
        // Evaluated over the debugging protocol, which a page's own policy does not bind.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Chromium.Axe));
        var report = await page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))"
            + ".violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)");
        var violations = report.EnumerateArray().Select(violation => violation.GetString()).ToList();
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    /// <summary>Nothing is wider than the window, which would make the page scroll sideways.</summary>
    public static async Task ShouldFitAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page scrolls sideways.");

    /// <summary>
    /// Keeps pictures of the page as it is now, light, dark and on a phone, and checks it in each. The page goes on as it was.
    /// </summary>
    public static async Task LookAsync(this IPage page, string name)
    {
        foreach (var look in Look.All)
        {
            await page.SetViewportSizeAsync(look.Width, look.Height);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
            await page.ShootAsync(name, look);
            await page.ShouldFitAsync();
            // Widths and colours are independent of each other: each is checked once.
            if (look == Look.All[0] || look == Look.All[^1])
                await page.ShouldBeAccessibleAsync();
        }
        await page.SetViewportSizeAsync(Look.All[0].Width, Look.All[0].Height);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
    }

    /// <summary>Takes a journey; where it fails, artifacts/screenshots/failed-NAME.png shows what its user would have seen.</summary>
    public static async Task TravelAsync(this IPage page, string name, Func<Task> journey)
    {
        try
        {
            await journey();
        }
        catch
        {
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", $"failed-{name}.png"), FullPage = true, Caret = ScreenshotCaret.Initial,
            });
            throw;
        }
    }

    /// <summary>Kept as artifacts/screenshots/NAME-LOOK.png.</summary>
    public static async Task ShootAsync(this IPage page, string name, Look look)
    {
        // What sticks to the window's edges would lie across the middle of a long picture.
        await page.EvaluateAsync(
            "for (const bar of document.querySelectorAll('.side-nav, .top-bar, .skip-link')) bar.style.setProperty('position', bar.matches('.skip-link') ? 'absolute' : 'static', 'important')");
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", $"{name}-{look.Name}.png"),
            FullPage = true,
            // To hide it, a style sheet would be written into the page, which the page's policy forbids.
            Caret = ScreenshotCaret.Initial,
        });
        await page.EvaluateAsync("for (const bar of document.querySelectorAll('.side-nav, .top-bar, .skip-link')) bar.style.removeProperty('position')");
    }
}
