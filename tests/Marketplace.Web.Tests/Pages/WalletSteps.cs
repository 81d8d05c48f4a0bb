using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>What every journey does with the wallet.</summary>
static class WalletSteps
{
    public static async Task ConnectAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" }).ClickAsync();
        await Expect(page.Locator(".wallet-button")).ToContainTextAsync("0x");
    }

    /// <summary>One action from its review, which has to say this, through the wallet into a block.</summary>
    public static async Task DoAsync(IPage page, string summary, string questions = "once")
    {
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync(summary);
        await Expect(page.GetByText($"Your wallet will ask {questions}:")).ToBeVisibleAsync();
        await ContinueAsync(page);
        await FinishAsync(page);
    }

    /// <summary>From the review of an action into the wallet.</summary>
    public static Task ContinueAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();

    /// <summary>The transaction is in a block; its dialog is closed.</summary>
    public static async Task FinishAsync(IPage page)
    {
        await Expect(page.GetByText("In block")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }
}
