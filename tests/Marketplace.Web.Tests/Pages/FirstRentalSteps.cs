using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Somebody comes by who has neither a vault nor a wallet, and changes nothing of what is proposed.</summary>
static class FirstRentalSteps
{
    const string Chosen = "10\u00A0GiB for 4 hours from 12 providers for at most 0.5184\u00A0SPACE.";

    /// <summary>All of the price, and what the wallet will be asked; the time is one that the market gives.</summary>
    public static async Task SeeThePriceAsync(IPage page)
    {
        await page.GotoAsync("/rent");
        await Expect(page.GetByText(new Regex("This market rents out for 4\u00A0h \\d+\u00A0min at most now."))).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Length")).ToHaveValueAsync("4");
        await Expect(page.GetByLabel("Unit")).ToHaveValueAsync("hour");
        await page.LookAsync("rent-proposed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next: how safe" }).ClickAsync();
        await Expect(page.GetByText("12 providers found")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next: what it costs" }).ClickAsync();
        await Expect(page.GetByTestId("deposit")).ToHaveTextAsync("0.5184\u00A0SPACE");
        await Expect(page.GetByTestId("by-month")).ToHaveTextAsync("93.312\u00A0SPACE");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "If providers fail" })).ToContainTextAsync("8 may vanish at once");
        await Expect(page.GetByText("A wallet will be asked twice:")).ToBeVisibleAsync();
        await Expect(page.GetByText("You make a vault, whose keys seal your files, and are asked for your wallet next.")).ToBeVisibleAsync();
        await page.LookAsync("rent-first");
    }

    /// <summary>What was chosen waits for the vault and for the wallet, and is reviewed once both are there.</summary>
    public static async Task<IReadOnlyList<string>> BringWhatIsMissingAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and rent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Vault and wallet", Level = 2 })).ToBeFocusedAsync();
        await Expect(page.GetByTestId("chosen")).ToHaveTextAsync(Chosen);
        await Expect(page).ToHaveURLAsync(new Regex("[?]gib=10&for=4&unit=hour&step=4$"));
        var words = await RentingSteps.MakeVaultAsync(page);
        var wallet = page.GetByRole(AriaRole.Region, new() { Name = "Your wallet" });
        await Expect(wallet).ToBeVisibleAsync();
        await page.LookAsync("rent-wallet");
        await wallet.GetByRole(AriaRole.Button, new() { Name = "Test Wallet" }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToHaveTextAsync($"You rent {Chosen} Reading is free.");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Your wallet will ask twice:");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it costs", Level = 2 })).ToBeVisibleAsync();
        await Expect(page.Locator(".wizard li")).ToHaveCountAsync(3);
        return words;
    }
}
