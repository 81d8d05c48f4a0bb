using Marketplace.Chain;
using Marketplace.Client.Catalog;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>Names that cannot be seen, and tags that are typed faster than they are saved.</summary>
[Collection(WebCollection.Name)]
public sealed class FileWordsTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task NameOfSpaces_IsSaidToBeBlank_AndAnyOtherIsShownAsItIs() =>
        MadeVault.TravelAsync(web, "odd-names", Fill, async page =>
        {
            await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
            await page.GetByRole(AriaRole.Button, new() { Name = "(blank)" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "(blank)", Level = 2 })).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "a&b=c?d" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "a&b=c?d", Level = 2 })).ToBeVisibleAsync();
        });

    [Fact]
    public async Task Tag_TypedWhileAnotherIsSaved_Stays()
    {
        var connection = new HeldConnection(web.Chain.Connection);
        var answer = new TaskCompletionSource();
        await MadeVault.TravelAsync(web, "tags-typed", Fill, async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "a&b=c?d" }).ClickAsync();
            var box = page.GetByLabel("New tags, with commas between");
            connection.Held = answer.Task;
            await box.FillAsync("one");
            await box.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true })).ToBeDisabledAsync();
            await box.FillAsync("two");
            answer.SetResult();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take the tag one away" })).ToBeEnabledAsync(new() { Timeout = 120_000 });
            await Expect(box).ToHaveValueAsync("two");

            await box.FillAsync(new string('x', 200));
            await box.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Tags" }).GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
            await Expect(box).ToHaveValueAsync(new string('x', 200));
        }, new Market(connection, web.Chain.Market.Deployment));
    }

    static void Fill(CatalogTransaction change)
    {
        MadeVault.AddAgreements(change);
        foreach (var name in new[] { "   ", "a&b=c?d" })
            change.AddLive(MadeVault.Name(name), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, new byte[500]);
    }
}
