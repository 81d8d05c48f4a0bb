using System.Text.Json;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>What holds for every page.</summary>
static class PageChecks
{
    /// <summary>Above and below a dialog, in CSS pixels.</summary>
    const int DialogMargin = 32;

    const string UnstickBars =
        "for (const bar of document.querySelectorAll('.side-nav, .top-bar, .skip-link')) bar.style.setProperty('position', bar.matches('.skip-link') ? 'absolute' : 'static', 'important')";

    /// <summary>What somebody chose, and may be of any length.</summary>
    const string MayBreak = ".break, .name, .mono, code";

    const string StickBars = "for (const bar of document.querySelectorAll('.side-nav, .top-bar, .skip-link')) bar.style.removeProperty('position')";

    /// <summary>No rule of WCAG 2.2 A and AA that axe-core can check is broken.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        // Stored files are shown in frames that run no script, not even axe-core's, which would wait for them.
        // Evaluated over the debugging protocol, which a page's own policy does not bind.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Chromium.Axe));
        // What happens to be half behind a bar at this scroll position is no small target.
        await page.EvaluateAsync(UnstickBars);
        var report = await page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))"
            + ".violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)");
        await page.EvaluateAsync(StickBars);
        var violations = report.EnumerateArray().Select(violation => violation.GetString()).ToList();
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    /// <summary>Nothing is wider than the window, which would make the page scroll sideways; on a phone neither are tables and the navigation wider than their boxes, and tables scroll with the page. No word of a table is broken, nor is a number from its unit.</summary>
    public static async Task ShouldFitAsync(this IPage page)
    {
        Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), "The page scrolls sideways.");
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            () => innerWidth > 640 ? [] : [...document.querySelectorAll(".table-frame, .side-nav, main .card")].filter((box) => box.scrollWidth > box.clientWidth)
              .map((box) => `${box.className} ${box.ariaLabel ?? ""}: ${box.scrollWidth} in ${box.clientWidth}`)
            """));
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            (mayBreak) => [...document.querySelectorAll(".table")].flatMap((table) => {
              const broken = [];
              const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
              for (let text; (text = texts.nextNode());) {
                if (text.parentElement.closest(`${mayBreak}, .visually-hidden`))
                  continue;
                for (const word of text.data.matchAll(/[^ \n\t/-]+/g)) {
                  const range = document.createRange();
                  range.setStart(text, word.index);
                  range.setEnd(text, word.index + word[0].length);
                  if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1)
                    broken.push(`“${word[0]}” is on two lines.`);
                }
              }
              return broken;
            })
            """, MayBreak));
        // A long list that others follow has a frame, which begins with an empty row for those that are not in view.
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            () => innerWidth > 640 ? [] : [...document.querySelectorAll(".table-frame:not(.table-tall:has(tr:empty):has(tbody tr:nth-child(12)))")].filter((box) => getComputedStyle(box).overflowY !== "visible").map((box) => `${box.ariaLabel} scrolls by itself.`)
            """));
    }

    /// <summary>
    /// Keeps pictures of the page as it is now, at each width, and light and dark, and checks it in each. The page goes on as it was.
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

    /// <summary>By the keyboard alone, once it takes the focus: what lies behind a dialog that is closing does not yet, and the key would be the dialog's.</summary>
    public static async Task PressByKeyAsync(this IPage page, string button)
    {
        var element = await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ElementHandleAsync();
        await page.WaitForFunctionAsync("button => (button.focus(), button === document.activeElement)", element);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Kept as artifacts/screenshots/NAME-LOOK.png.</summary>
    public static async Task ShootAsync(this IPage page, string name, Look look)
    {
        // What sticks to the window's edges would lie across the middle of a long picture.
        await page.EvaluateAsync(UnstickBars);
        // A dialog and what is dark behind it cover the window and not the page: then the window is as high as the dialog is long.
        var dialog = await page.EvaluateAsync<int>("Math.ceil(Math.max(0, ...[...document.querySelectorAll('dialog[open]')].map(dialog => dialog.scrollHeight)))");
        if (dialog > 0)
            await page.SetViewportSizeAsync(look.Width, Math.Max(look.Height, dialog + 2 * DialogMargin));
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", $"{name}-{look.Name}.png"),
            FullPage = dialog == 0,
            // To hide it, a style sheet would be written into the page, which the page's policy forbids.
            Caret = ScreenshotCaret.Initial,
        });
        await page.EvaluateAsync(StickBars);
        if (dialog > 0)
            await page.SetViewportSizeAsync(look.Width, look.Height);
    }
}
