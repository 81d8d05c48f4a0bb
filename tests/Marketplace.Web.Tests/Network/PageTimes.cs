using System.Globalization;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>
/// How long things take as the page itself sees them, in milliseconds, up to the frame that shows what comes of it: a test that asks again and again from
/// outside would measure its own pauses. Written down in artifacts/, and no test: other work is on the machine.
/// </summary>
sealed class PageTimes
{
    readonly List<string> figures = [];

    /// <summary>Notes in each page that is opened from now on when what a selector means is there.</summary>
    public static Task WatchAsync(IPage page, string selector) => page.AddInitScriptAsync(
        $"const look = () => document.querySelector(`{selector}`) ? window.__shown = performance.now() : requestAnimationFrame(look); look();");

    /// <summary>From an address to what <see cref="WatchAsync"/> waits for.</summary>
    public async Task OpenAsync(IPage page, string what, string address)
    {
        await page.GotoAsync(address);
        Write(what, await page.EvaluateAsync<double>("() => new Promise(shown => { const look = () => window.__shown ? shown(window.__shown) : requestAnimationFrame(look); look(); })"));
    }

    /// <summary>From what a user does to the frame that shows what comes of it.</summary>
    /// <param name="page">Which page.</param>
    /// <param name="what">As it is written down.</param>
    /// <param name="action">A statement; the table's frame is <c>frame</c>.</param>
    /// <param name="isDone">An expression.</param>
    public async Task MeasureAsync(IPage page, string what, string action, string isDone) => Write(what, await page.EvaluateAsync<double>(
        $"() => new Promise((done, fail) => {{ setTimeout(() => fail(new Error(`{what}: it never came`)), 60000); const frame = document.querySelector('.table-frame'), start = performance.now(); const look = () => ({isDone}) ? done(performance.now() - start) : requestAnimationFrame(look); {action}; look(); }})"));

    /// <summary>Keeps what was measured as artifacts/NAME.txt.</summary>
    public Task KeepAsync(string name)
    {
        Directory.CreateDirectory(Path.Combine(Chromium.Root, "artifacts"));
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "not known";
        return File.WriteAllLinesAsync(Path.Combine(Chromium.Root, "artifacts", $"{name}.txt"), [.. figures, $"with {Environment.ProcessorCount} processors, and programs that wanted one in the last minute: {load}"]);
    }

    void Write(string what, double milliseconds) => figures.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {milliseconds:0} ms"));
}
