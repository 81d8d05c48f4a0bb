using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>What somebody did beside the content before the page was alive, which is drawn anew then.</summary>
[Collection(WebCollection.Name)]
public sealed class AliveTests(SharedWeb shared)
{
    static readonly Look Phone = Look.All.Single(look => look.Name == "phone");

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Menu_ThatWasOpened_StaysOpen_AndKeepsTheFocus()
    {
        await VisitAsync("alive-menu", async (page, becomeAliveAsync) =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
            var link = page.GetByRole(AriaRole.Link, new() { Name = "Network", Exact = true });
            await link.FocusAsync();
            await becomeAliveAsync();
            await Expect(link).ToBeVisibleAsync();
            await Expect(link).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Network", Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator("#more-pages")).ToBeHiddenAsync();
        });
    }

    /// <summary>By the keyboard, from the first page to another and past its navigation.</summary>
    [Fact]
    public async Task FirstTab_IsTheWayToTheContent_AndAPageThatIsGoneToBeginsAtItsHeading()
    {
        await VisitAsync("alive-keyboard", async (page, becomeAliveAsync) =>
        {
            var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" });
            await becomeAliveAsync();
            await page.Keyboard.PressAsync("Tab");
            await Expect(skip).ToBeFocusedAsync();
            await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Market", Exact = true }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Market", Level = 1 })).ToBeFocusedAsync();

            await page.GotoAsync("/market?q=nothing");
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Tab");
            await Expect(skip).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("main")).ToBeFocusedAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/market\\?q=nothing"));
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator("main :focus")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task Menu_ThatWasClosedAgain_StaysClosed()
    {
        await VisitAsync("alive-closed", async (page, becomeAliveAsync) =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
            await page.Keyboard.PressAsync("Escape");
            await becomeAliveAsync();
            await Expect(page.Locator("#more-pages")).ToBeHiddenAsync();
        });
    }

    [Theory]
    [InlineData(AriaRole.Link, "Market")]
    [InlineData(AriaRole.Button, "More")]
    public async Task Press_ThatBeganBefore_IsAClick(AriaRole role, string name)
    {
        await VisitAsync("alive-press", async (page, becomeAliveAsync) =>
        {
            var target = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(role, new() { Name = name, Exact = true });
            await target.HoverAsync();
            await page.Mouse.DownAsync();
            await becomeAliveAsync();
            await page.Mouse.UpAsync();
            if (role == AriaRole.Link)
                await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
            else
                await Expect(page.Locator("#more-pages")).ToBeVisibleAsync();
        });
    }

    /// <summary>The page waits for its script until the journey has it become alive.</summary>
    async Task VisitAsync(string name, Func<IPage, Func<Task>, Task> journey)
    {
        await using var context = await web.VisitAsync(look: Phone);
        var page = await context.NewPageAsync();
        var script = new TaskCompletionSource();
        await page.RouteAsync(new Regex(@"blazor\.web"), async route =>
        {
            await script.Task;
            await route.ContinueAsync();
        });
        await page.TravelAsync(name, async () =>
        {
            await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.Commit });
            await Expect(page.Locator("main[inert]")).ToBeVisibleAsync();
            await journey(page, async () =>
            {
                script.SetResult();
                await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            });
        });
    }
}
