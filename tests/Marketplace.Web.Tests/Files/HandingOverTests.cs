using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Files on their way from a browser to its gateway, where something goes wrong. Nobody gives the space that is rented: what arrives is refused then, which is seen.</summary>
[Collection(WebCollection.Name)]
public sealed class HandingOverTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task FileThatCannotBeHandedOver_IsTriedAgain_ShownAsFailed_AndLostByNobody() =>
        MadeVault.TravelAsync(web, "handing-over", MadeVault.AddAgreements, async page =>
        {
            await ShouldTryAgainAsync(page);
            await ShouldOfferAnotherTryAsync(page);
            await ShouldGoOnWhenAnotherPageSaysSoAsync(page);
            await ShouldWaitForItsFileAsync(page);
        });

    /// <summary>Two requests that break are no reason to give a file up.</summary>
    static async Task ShouldTryAgainAsync(IPage page)
    {
        var broken = 0;
        await page.RouteAsync("**/files/uploads/*/0", route => ++broken <= 2 ? route.AbortAsync() : route.ContinueAsync());
        await ChooseAsync(page, "shaky.bin");
        await Expect(Transfer(page, "shaky.bin")).ToContainTextAsync("not stored", new() { Timeout = 60_000 });
        Assert.Equal(3, broken);
        await page.UnrouteAsync("**/files/uploads/*/0");
    }

    static async Task ShouldOfferAnotherTryAsync(IPage page)
    {
        await page.RouteAsync("**/files/uploads/*/0", route => route.AbortAsync());
        await ChooseAsync(page, "stuck.bin");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Try again: stuck.bin" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(Transfer(page, "stuck.bin")).ToContainTextAsync("waits for its file");
        await page.LookAsync("files-stuck");
        await page.UnrouteAsync("**/files/uploads/*/0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again: stuck.bin" }).ClickAsync();
        await Expect(Transfer(page, "stuck.bin")).ToContainTextAsync("not stored", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Try again: stuck.bin" })).ToHaveCountAsync(0);
    }

    /// <summary>The page that hands a file over hears of it by asking.</summary>
    static async Task ShouldGoOnWhenAnotherPageSaysSoAsync(IPage page)
    {
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/files");
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/files/uploads/*/0", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await ChooseAsync(page, "paused.bin");
        await other.GetByRole(AriaRole.Button, new() { Name = "Pause paused.bin" }).ClickAsync();
        await Expect(Transfer(page, "paused.bin")).ToContainTextAsync("paused at 0");
        held.SetResult();
        await other.GetByRole(AriaRole.Button, new() { Name = "Resume paused.bin" }).ClickAsync();
        await Expect(Transfer(page, "paused.bin")).ToContainTextAsync("not stored", new() { Timeout = 60_000 });
        await page.UnrouteAllAsync();
        await other.CloseAsync();
    }

    static async Task ShouldWaitForItsFileAsync(IPage page)
    {
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/files");
        // It is tried again for half a minute: the page is left before that. (A request that is held goes on its way when the page is left.)
        await other.RouteAsync("**/files/uploads/*/0", route => route.AbortAsync());
        await ChooseAsync(other, "left.bin");
        await Expect(Transfer(page, "left.bin")).ToContainTextAsync("taken over: 0");
        other.Dialog += (_, question) => _ = question.AcceptAsync();
        // Closing by the test's driver leaves out what a browser tells a page that is left.
        await other.GotoAsync("about:blank");
        await Expect(Transfer(page, "left.bin")).ToContainTextAsync("waits for its file");
        await other.CloseAsync();
        await ChooseAsync(page, "left.bin");
        await Expect(Transfer(page, "left.bin")).ToHaveCountAsync(1);
        await Expect(Transfer(page, "left.bin")).ToContainTextAsync("not stored", new() { Timeout = 60_000 });
    }

    static Task ChooseAsync(IPage page, string name) =>
        page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = new byte[10_000] });

    static ILocator Transfer(IPage page, string name) => page.Locator(".transfers li").Filter(new() { HasText = name });
}
