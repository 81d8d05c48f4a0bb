using System.Text.RegularExpressions;
using Marketplace.Client.Catalog;
using Marketplace.Web.Layout;
using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>Somebody types faster than the line to the gateway is.</summary>
[Collection(WebCollection.Name)]
public sealed class TypingTests(SharedWeb shared)
{
    const string Wanted = "holiday pictures";

    /// <summary>One way.</summary>
    static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);

    readonly WebFixture web = shared.Web;

    /// <summary>Faster than what was typed comes back, or for so long that it does meanwhile.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(150)]
    public Task SearchForFiles_LosesNoLetter_AndListsWhatFits(int betweenKeys) => MadeVault.TravelAsync(
        web, "typing-files", Fill,
        async page =>
        {
            var rows = page.Locator("tbody tr:has(th)");
            await Expect(rows).ToHaveCountAsync(3);
            await TypeAsync(page, betweenKeys);
            await Expect(rows).ToHaveCountAsync(1);
            await Expect(rows).ToContainTextAsync("holiday pictures 2026.zip");

            // What others than the box say holds as well.
            await page.GetByRole(AriaRole.Link, new() { Name = "All files" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("");
            await Expect(rows).ToHaveCountAsync(3);
        },
        delay: Delay);

    [Fact]
    public async Task SearchForOffers_LosesNoLetter()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await SlowLine.LayAsync(page, Delay);
        await page.TravelAsync("typing-market", async () =>
        {
            await page.GotoAsync("/market");
            await Expect(page.Locator("tbody tr:has(th)")).Not.ToHaveCountAsync(0);
            await TypeAsync(page, betweenKeys: 50);
            await Expect(page.GetByText("No offer fits.")).ToBeVisibleAsync();
        });
    }

    /// <summary>What is chosen between two addresses that come back stays, too; and an address may name a region where nobody offers anything.</summary>
    [Fact]
    public async Task ChoicesOnTheMarket_AreAllKept_HoweverSlowTheLine()
    {
        const float way = 1000;
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await SlowLine.LayAsync(page, TimeSpan.FromMilliseconds(way));
        await page.TravelAsync("choosing-market", async () =>
        {
            await page.GotoAsync("/market?region=ZZ");
            await Expect(page.GetByText("No offer fits.")).ToBeVisibleAsync();
            var region = page.GetByLabel("Region");
            await Expect(region).ToHaveValueAsync("ZZ");
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            // The first address is back three ways later; the second choice is made before that, and the third comes between the first address and the second.
            await page.GetByLabel("Track record").SelectOptionAsync("90");
            await page.WaitForTimeoutAsync(1.5f * way);
            await page.GetByLabel("Answers in").SelectOptionAsync("100");
            await page.WaitForTimeoutAsync(way);
            await page.GetByRole(AriaRole.Searchbox).FillAsync("example");
            await Expect(page).ToHaveURLAsync(new Regex("q=example"));
            foreach (var part in new[] { "region=ZZ", "record=90", "answer=100" })
                await Expect(page).ToHaveURLAsync(new Regex(part));
            await Expect(page.GetByLabel("Answers in")).ToHaveValueAsync("100");

            await region.SelectOptionAsync("");
            await Expect(page).Not.ToHaveURLAsync(new Regex("region="));
        });
    }

    /// <summary>Three fields, one after the other, whose older values come back meanwhile.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public Task WhatToRent_KeepsEachField(int betweenKeys) => MadeVault.TravelAsync(
        web, "typing-rent", _ => { },
        async page =>
        {
            await Expect(page.GetByText("Nothing is stored yet.")).ToBeVisibleAsync();
            await page.GotoAsync("/rent?for=1&unit=month");
            var (space, length, unit) = (page.GetByLabel("GiB of files"), page.GetByLabel("Length"), page.GetByLabel("Unit"));
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            await space.SelectTextAsync();
            foreach (var key in new[] { "5", "0", "Tab", "3", "Tab", "ArrowUp" })
                await page.Keyboard.PressAsync(key, new() { Delay = betweenKeys });
            await Expect(page).ToHaveURLAsync(new Regex("unit=day"));
            await Expect(page).ToHaveURLAsync(new Regex("for=3"));
            await Expect(page).ToHaveURLAsync(new Regex("gib=50"));
            await Expect(space).ToHaveValueAsync("50");
            await Expect(length).ToHaveValueAsync("3");
            await Expect(unit).ToHaveValueAsync("day");

            // What the browser's way back says holds as well.
            await page.GetByRole(AriaRole.Button, new() { Name = "Next: how safe" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How safe" })).ToBeVisibleAsync();
            await page.GoBackAsync();
            await Expect(length).ToHaveValueAsync("3");
        },
        delay: Delay);

    /// <summary>Older values, which are on their way back meanwhile, are written over none of it.</summary>
    static async Task TypeAsync(IPage page, int betweenKeys)
    {
        var box = page.GetByRole(AriaRole.Searchbox);
        await box.PressSequentiallyAsync(Wanted, new() { Delay = betweenKeys });
        await Expect(page).ToHaveURLAsync(new Regex("q=holiday(%20|[+])pictures"));
        await Expect(box).ToHaveValueAsync(Wanted);
    }

    [Fact]
    public void TypedText_IsAheadOfItsAddress_UntilSomebodyElseSaysAnother()
    {
        var typed = new Typed();
        typed.Take(null);
        foreach (var text in new[] { "h", "ho", "hol" })
            typed.Type(text);
        typed.Take("h");
        Assert.Equal("hol", typed.Text);
        typed.Take("ho");
        typed.Take("ho");
        Assert.Equal("hol", typed.Text);
        typed.Type("");
        typed.Take("hol");
        Assert.Equal("", typed.Text);
        typed.Take(null);
        typed.Take("a link's");
        Assert.Equal("a link's", typed.Text);
    }

    static void Fill(CatalogTransaction change)
    {
        foreach (var name in new[] { "holiday notes.txt", "holiday pictures 2026.zip", "pictures.zip" })
            change.AddLive(MadeVault.Name(name), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, new byte[500]);
    }
}
