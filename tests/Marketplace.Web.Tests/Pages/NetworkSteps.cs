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
        await ProviderTests.TurnAsync(page, "Earnings");
        await Expect(page.Locator(".chart rect:not(.is-empty)").First).ToBeAttachedAsync();
        await page.LookAsync("provide-earnings");
    }
}
