using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Ethereum.Accounts;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A vault, space, and what became of the money.</summary>
static class RentingSteps
{
    public const string Passphrase = "a passphrase of the user's";

    /// <summary>The words that its user wrote down.</summary>
    public static async Task<IReadOnlyList<string>> MakeVaultAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a new vault" }).ClickAsync();
        var list = page.GetByTestId("words").Locator("li");
        await Expect(list).ToHaveCountAsync(24);
        var words = await list.AllInnerTextsAsync();
        await page.LookAsync("vault-words");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have written them down" }).ClickAsync();
        var fields = page.GetByRole(AriaRole.Textbox);
        await Expect(fields).ToHaveCountAsync(3);
        for (var i = 0; i < 3; i++)
            await fields.Nth(i).FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(page.GetByText("is another one. Look at your paper")).ToBeVisibleAsync();
        await AnswerAsync(page, words, skip: 0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await page.GetByLabel("Passphrase, at least").FillAsync(Passphrase);
        await page.GetByLabel("The same once more").FillAsync(Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the vault" }).ClickAsync();
        return words;
    }

    /// <summary>Types the words that are asked for, but for the first few.</summary>
    public static async Task AnswerAsync(IPage page, IReadOnlyList<string> words, int skip)
    {
        var fields = page.GetByLabel(new Regex("^Word "));
        var labels = await page.Locator("form .field > span").Filter(new() { HasTextRegex = new Regex("^Word ") }).AllInnerTextsAsync();
        for (var i = skip; i < labels.Count; i++)
            await fields.Nth(i).FillAsync(words[int.Parse(labels[i]["Word ".Length..], CultureInfo.InvariantCulture) - 1]);
    }

    /// <summary>More is paid ahead for reading, for all agreements at once.</summary>
    public static async Task TopUpAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Top up", Exact = true }).ClickAsync();
        await page.GetByLabel("SPACE in all").FillAsync("nothing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await Expect(page.GetByText("Type an amount above nothing")).ToBeVisibleAsync();
        await page.GetByLabel("SPACE in all").FillAsync("6");
        await page.LookAsync("agreements-top-up");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await WalletSteps.DoAsync(page, "You pay 6\u00A0SPACE ahead for reading from 12 agreements, evenly.", "twice");
        await Expect(page.GetByTestId("reading")).ToHaveTextAsync("6\u00A0SPACE");
    }

    /// <summary>One rental is one row, which opens to its agreements; what went out and came back since is told.</summary>
    public static async Task SeeThePastAsync(IPage page)
    {
        await page.GotoAsync("/activity");
        var past = page.GetByRole(AriaRole.Region, new() { Name = "Activity" });
        await Expect(past).ToContainTextAsync("was extended, to the beginning of epoch");
        await Expect(past).ToContainTextAsync("was ended early, at the beginning of epoch");
        await Expect(past).ToContainTextAsync("6\u00A0SPACE set aside for reading 12 agreements");
        await past.GetByText("12 agreements were opened, 0.0432\u00A0SPACE into escrow").ClickAsync();
        await Expect(past.GetByText(new Regex("^Agreement \\d+ was opened with"))).ToHaveCountAsync(12);
        await page.LookAsync("activity-rental");
        await SeeTheMarketsPastAsync(page, past);
    }

    /// <summary>Whoever did it; each provider is a press away.</summary>
    static async Task SeeTheMarketsPastAsync(IPage page, ILocator past)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "The market" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/activity[?]of=all$"));
        await Expect(past.GetByText(new Regex("published offer \\d+: 16\u00A0GiB at 0.000015\u00A0SPACE for a GiB and epoch")).First).ToBeVisibleAsync();
        await past.GetByText(new Regex("^0x\\w+…\\w+ ordered 12\u00A0GiB from 12 providers for 240 epochs, 0.0432\u00A0SPACE into escrow$")).ClickAsync();
        await Expect(past.GetByText(new Regex("ordered 1\u00A0GiB from"))).ToHaveCountAsync(12);
        await page.LookAsync("activity-of-market");
        await past.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Provider 0x") }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Provider 0x");
        await Expect(page.GetByText(new Regex("No agreement runs for longer than 4\u00A0h \\d+\u00A0min, whatever is offered"))).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("2.592\u00A0SPACE");
        await page.LookAsync("provider-offers");
    }

    /// <summary>For longer than anybody rents out: the page offers what there is. What fits beside what was asked for is said with the price.</summary>
    public static async Task TakeAnotherTermAsync(IPage page)
    {
        await page.GetByLabel("GiB of files").FillAsync("1");
        await page.GetByLabel("Length").FillAsync("1000");
        await page.GetByLabel("Unit").SelectOptionAsync("month");
        await NextAsync(page, "how safe");
        await Expect(page.GetByText(new Regex("Enough providers rent out for .* to "))).ToBeVisibleAsync();
        await page.LookAsync("rent-other-term");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Rent for [0-9]+ ") }).ClickAsync();
        await Expect(page.GetByText("12 providers found")).ToBeVisibleAsync();
        await NextAsync(page, "what it costs");
        await Expect(page.GetByTestId("room")).ToHaveTextAsync("There is room for up to 4\u00A0GiB of files at this price: providers rent out whole GiB.");
        await page.LookAsync("rent-room");
    }

    /// <summary>Step by step, there and back, with the browser's own button too.</summary>
    public static async Task SeeThePriceAsync(IPage page)
    {
        await page.GetByLabel("GiB of files").FillAsync("0");
        await NextAsync(page, "how safe");
        await Expect(page.GetByText("Say how much: a whole number of GiB")).ToBeVisibleAsync();
        await page.LookAsync("rent-how-much");
        await page.GetByLabel("GiB of files").FillAsync("4");
        await NextAsync(page, "how safe");

        await ShouldBeAtAsync(page, "How safe");
        await Expect(page.GetByText("12 providers found: any 4 of them bring your files back.")).ToBeVisibleAsync();
        await page.GetByText("Provider by provider").ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(12);
        await page.LookAsync("rent-how-safe");
        await page.GoBackAsync();
        await ShouldBeAtAsync(page, "How much");
        await Expect(page.GetByLabel("GiB of files")).ToHaveValueAsync("4");
        await page.GoForwardAsync();
        await ShouldBeAtAsync(page, "How safe");
        await NextAsync(page, "what it costs");

        await ShouldBeAtAsync(page, "What it costs");
        await Expect(page).ToHaveURLAsync(new Regex("[?]gib=4&for=1&unit=hour&coding=small&step=3$"));
        await Expect(page.GetByTestId("deposit")).ToHaveTextAsync("0.0432\u00A0SPACE");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "If providers fail" })).ToContainTextAsync("8 may vanish at once");
    }

    /// <summary>By the chain, for want of money: before anything is asked.</summary>
    public static async Task BeRefusedAsync(IPage page, TestWallet wallet, LocalSigner poor)
    {
        await Expect(page.GetByText("Your wallet will ask twice:")).ToBeVisibleAsync();
        await page.LookAsync("rent");
        await wallet.UseAsync(poor);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This takes 0.0432 SPACE, but the account has 0.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Review and rent" })).ToBeDisabledAsync();
    }

    static Task NextAsync(IPage page, string step) => page.GetByRole(AriaRole.Button, new() { Name = $"Next: {step}" }).ClickAsync();

    /// <summary>The step's heading has the focus, and the list of steps says which it is.</summary>
    static async Task ShouldBeAtAsync(IPage page, string step)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = step, Level = 2 })).ToBeFocusedAsync();
        await Expect(page.Locator("[aria-current=step]")).ToContainTextAsync(step);
    }

    /// <summary>Declined in the wallet first.</summary>
    public static async Task RentAsync(IPage page, TestWallet wallet)
    {
        await ReviewAsync(page);
        await Expect(page.GetByTestId("summary-of-action")).ToHaveTextAsync("You rent 4\u00A0GiB for 1 hour from 12 providers for at most 0.0432\u00A0SPACE. Reading is free.");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Your wallet will ask twice:");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("for a fee of at most");
        await page.LookAsync("rent-review");
        wallet.RejectsNext.Add("eth_signTypedData_v4");
        await WalletSteps.ContinueAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("The permit was not signed, and nothing was sent.");
        Assert.DoesNotContain("eth_sendTransaction", wallet.Asked);

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await WalletSteps.ContinueAsync(page);
        await Expect(page.GetByText("Rented. The space is yours from the next epoch on.")).ToBeVisibleAsync();
        Assert.Equal(1, wallet.Asked.Count(method => method == "eth_sendTransaction"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Done", Exact = true }).ClickAsync();

        await Expect(page.Locator("tr.is-rental").GetByText("12 providers")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("held")).ToHaveTextAsync("0.0432\u00A0SPACE");
    }

    public static async Task ExtendAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^No. .* one by one$") }).ClickAsync();
        await Expect(page.Locator("tbody tr.is-part")).ToHaveCountAsync(12);
        await page.LookAsync("agreements");
        await SeeProofsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Extend agreement") }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it costs" }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync("for at most 0.0036\u00A0SPACE");
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        await Expect(page.GetByText("of 0.0468\u00A0SPACE that you deposited")).ToBeVisibleAsync();
    }

    /// <summary>Nodes prove by themselves, epoch by epoch.</summary>
    static async Task SeeProofsAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^No. .* in detail") }).First.ClickAsync();
        await Expect(page.GetByTestId("calendar").Locator(".is-proven").First).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Earned of that, paid when its billing cycle is settled", new() { Timeout = 240_000 });
        await page.LookAsync("agreement");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    public static async Task EndAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^End agreement") }).Last.ClickAsync();
        await Expect(page.GetByText("Your wallet will ask once:")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync("are yours to take out at once");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("11 of 12 fragments; any 4 bring");
        await page.LookAsync("agreement-end");
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        await Expect(page.GetByText("ends after its notice")).ToBeVisibleAsync();
    }

    static Task ReviewAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Review and rent" }).ClickAsync();
}
