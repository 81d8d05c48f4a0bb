using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>A button that moves away while it is pressed, since what was typed before is taken with that press.</summary>
[Collection(WebCollection.Name)]
public sealed class PressTests(SharedWeb shared)
{
    [Fact]
    public async Task Button_ThatMovesAwayUnderThePress_IsClicked() => await VisitAsync("press", async (page, next, before) =>
    {
        await page.Mouse.UpAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How safe", Level = 2 })).ToBeFocusedAsync();
        Assert.True((await page.EvaluateAsync<int>("history.length")) > before);
    });

    [Fact]
    public async Task Press_ThatLeavesItsButton_IsNone() => await VisitAsync("press-left", async (page, next, before) =>
    {
        var box = (await next.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X - 20, box.Y + box.Height + 8);
        await page.Mouse.UpAsync();
        await page.GetByLabel("Length").FillAsync("2");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page).ToHaveURLAsync(new Regex("/rent[?]gib=4&for=2"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How much", Level = 2 })).ToBeVisibleAsync();
    });

    /// <summary>Under the press, the words about what was typed before go away, and with them the room that they took.</summary>
    async Task VisitAsync(string name, Func<IPage, ILocator, int, Task> act) => await MadeVault.TravelAsync(shared.Web, name, _ => { }, async page =>
    {
        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync("/rent");
        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next: how safe" });
        var trouble = page.GetByText("Say how much: a whole number of GiB");
        await page.GetByLabel("GiB of files").FillAsync("0");
        await next.ClickAsync();
        await Expect(trouble).ToBeVisibleAsync();
        var before = await page.EvaluateAsync<int>("history.length");
        await next.ScrollIntoViewIfNeededAsync();
        await page.GetByLabel("GiB of files").FocusAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync("4");
        var there = (await next.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(there.X + there.Width / 2, there.Y + there.Height - 3);
        await page.Mouse.DownAsync();
        await Expect(trouble).ToHaveCountAsync(0);
        Assert.True((await next.BoundingBoxAsync())!.Y < there.Y - 4, "It did not move.");
        await act(page, next, before);
    });
}
