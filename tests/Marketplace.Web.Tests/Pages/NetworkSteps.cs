using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>What everybody sees, and what a provider of the network earned meanwhile.</summary>
static class NetworkSteps
{
    public static async Task SeeTheNetworkAsync(IPage page)
    {
        await page.GotoAsync("/network");
        await Expect(page.GetByTestId("providers")).ToHaveTextAsync("12");
        await Expect(page.GetByTestId("offering")).ToHaveTextAsync("12 of them have an open offer, and 12 of those answer this machine.");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Germany" })).ToContainTextAsync("2 providers");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("are asked now") })).ToBeVisibleAsync();
        await page.GetByText("The same as a table").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Prices as a table" })).ToBeVisibleAsync();
        await page.GetByText("The same as a table").First.ClickAsync();
        await Expect(page.Locator(".chart rect:not(.is-empty)").First).ToBeAttachedAsync(new() { Timeout = 240_000 });
        await page.LookAsync("network");
        await CompareOffersAsync(page);
    }

    /// <summary>By what they proved and how fast they answer; kept in the page's address.</summary>
    static async Task CompareOffersAsync(IPage page)
    {
        var rows = page.Locator("tbody tr:has(th)");
        await page.GotoAsync("/market");
        await Expect(page.GetByTestId("summary")).ToHaveTextAsync("12 offers of 12 providers");
        await page.LookAsync("market");
        await page.GetByLabel("Track record").SelectOptionAsync("90");
        await page.GetByLabel("Answers in").SelectOptionAsync("1000");
        await Expect(page).ToHaveURLAsync(new Regex("record=90.*answer=1000"));
        await Expect(rows.First).ToContainTextAsync("\u00A0ms");
        Assert.All(await rows.AllInnerTextsAsync(), row => Assert.Matches(new Regex("(9[0-9]|100)(\\.[0-9])? %[^%]* ms", RegexOptions.Singleline), row));
        await page.GetByLabel("Region").SelectOptionAsync("DE");
        await Expect(page).ToHaveURLAsync(new Regex("region=DE"));
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Answers in")).ToHaveValueAsync("1000");
        await Expect(page.GetByTestId("summary")).ToHaveTextAsync(new Regex("^[12] of 12 offers$"));
    }

    /// <summary>The first cycle is paid by the nodes themselves; its provider takes it out.</summary>
    public static async Task SeeEarningsAsync(IPage page)
    {
        await page.GotoAsync("/provide");
        await WalletSteps.ConnectAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw", Exact = true }).ClickAsync(new() { Timeout = 300_000 });
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync("out of the escrow into");
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        await SeeTheDiskAsync(page);
        await SeeEachDayAsync(page);
        await page.LookAsync("provide-earnings");
        await page.GotoAsync("/");
        await Expect(page.GetByTestId("own-earnings")).ToHaveTextAsync(new Regex("^(<\u00A0)?[0-9].*SPACE$"));
        await page.LookAsync("overview-provider");
    }

    /// <summary>What its node says of its disks, beside what is rented out and stored there; and how that came.</summary>
    static async Task SeeTheDiskAsync(IPage page)
    {
        var node = page.GetByRole(AriaRole.Region, new() { Name = "Your node" });
        await Expect(node).ToContainTextAsync(new Regex("Its disks can take 16\u00A0GiB.*Stored, by its checkpoint\\s*[0-9].*Rented out and still empty\\s*[0-9].*Free beyond that\\s*[0-9]", RegexOptions.Singleline));
        await Expect(node.Locator(".disk-bar rect.is-stored")).ToHaveAttributeAsync("width", new Regex("^[0-9.]+%$"));
        await page.LookAsync("provide-disk");
        await node.GetByRole(AriaRole.Link, new() { Name = "Space over time" }).ClickAsync();
        var space = page.GetByRole(AriaRole.Region, new() { Name = "Space over time" });
        await Expect(space.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("(is|are) rented out now, and the newest checkpoint holds [0-9]") })).ToBeVisibleAsync();
    }

    /// <summary>Those with nothing too; as figures for whoever cannot see bars; over the time that the address says.</summary>
    static async Task SeeEachDayAsync(IPage page)
    {
        var earned = page.GetByRole(AriaRole.Region, new() { Name = "Earned by day" });
        await Expect(earned.Locator("rect:not(.is-empty)").First).ToBeAttachedAsync();
        await Expect(earned.Locator("rect")).ToHaveCountAsync(30);
        await Expect(earned.Locator(".chart-top")).ToHaveTextAsync(new Regex("^[0-9]"));
        await page.GetByRole(AriaRole.Navigation, new() { Name = "How much of the past" }).GetByRole(AriaRole.Link, new() { Name = "7 days" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("part=earnings.*days=7|days=7.*part=earnings"));
        await Expect(earned.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^In the last 7 days .* were earned") })).ToBeVisibleAsync();
        await Expect(earned.Locator("rect")).ToHaveCountAsync(7);
        await earned.GetByText("The same as a table").ClickAsync();
        var table = earned.GetByRole(AriaRole.Region, new() { Name = "Earnings by day as a table" });
        await Expect(table.GetByRole(AriaRole.Row)).ToHaveCountAsync(8);
        await Expect(table.GetByRole(AriaRole.Row).Last).ToContainTextAsync("0\u00A0SPACE");
        await earned.GetByText("The same as a table").ClickAsync();
    }
}
