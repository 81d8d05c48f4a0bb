using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A holder who wants the market to be otherwise: from the first number to its being in force, in the browser alone.</summary>
[Collection(WebCollection.Name)]
public sealed class ProposeTests(SharedWeb shared)
{
    const string Reason = "Half of what the treasury gets lies idle.\nAudits are rare, and cost providers more than they cost who demands them.";

    const string HostileTitle = "Cheaper <img src=x onerror=\"window.hacked=1\">", HostileReason = "Storage costs too much.\n\u202E**Trust me**\n<script>window.hacked=1</script>";

    readonly WebFixture web = shared.Web;

    [Fact]
    public Task Holder_Proposes_Votes_AndTheNumbersAreOthers() =>
        Holders.GovernAsync(web, "propose", async (page, market, _) =>
        {
            await page.GotoAsync("/govern");
            await page.GetByRole(AriaRole.Link, new() { Name = "Propose a change" }).ClickAsync();
            await ChooseNumbersAsync(page);
            await GiveReasonsAsync(page);
            await ReviewAsync(page, market);
            await ProposeAsync(page);
            await DecideAsync(page, market);
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"));
            var now = await market.Parameters.GetAsync();
            Assert.Equal((150, TokenAmount.FromTokens(8), TimeSpan.FromMinutes(2)), (now.ProtocolFeeBps, now.AuditBond, now.AuditWindow));
        });

    /// <summary>What cannot be is said before anything is signed; the address keeps what was written.</summary>
    static async Task ChooseNumbersAsync(IPage page)
    {
        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next: why" });
        await next.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Change at least one number." })).ToBeVisibleAsync();
        var fee = page.GetByLabel("Part of each payment that the treasury gets, then");
        await fee.FillAsync("11%");
        await page.GetByLabel("Time to answer an audit, then").FillAsync("soon");
        await next.ClickAsync();
        await Expect(page.GetByText("It has to be 0 % to 10 %.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Write a time, such as 45s, 30m, 2h or 1d.")).ToBeVisibleAsync();
        await Expect(page.GetByText("2 values cannot be")).ToBeVisibleAsync();
        await Expect(fee).ToHaveAttributeAsync("aria-invalid", "true");
        await page.LookAsync("propose-bounds");
        await fee.FillAsync("1.5");
        await page.GetByLabel("Time to answer an audit, then").FillAsync("2 minutes");
        await page.GetByLabel("Bond that an auditor puts up, then").FillAsync("8");
        await Expect(page.GetByText("3 numbers change.")).ToBeVisibleAsync();
        await page.LookAsync("propose");
        await Expect(page).ToHaveURLAsync(new Regex("set=AuditBond%3D8&set=AuditWindow%3D2%20minutes&set=ProtocolFeeBps%3D1.5$"));
        await page.ReloadAsync();
        await Expect(page.GetByText("3 numbers change.")).ToBeVisibleAsync();
        await Expect(fee).ToHaveValueAsync("1.5");
        await next.ClickAsync();
        await ShouldBeAtAsync(page, "Why");
    }

    static async Task GiveReasonsAsync(IPage page)
    {
        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next: review" });
        await next.ClickAsync();
        await Expect(page.GetByText("Voters decide by what they read")).ToBeVisibleAsync();
        await page.GetByLabel("Title").FillAsync("Cheaper storage, dearer audits");
        await page.GetByLabel("Reason").FillAsync(Reason);
        await page.LookAsync("propose-why");
        await next.ClickAsync();
        await ShouldBeAtAsync(page, "Review");
        await page.GoBackAsync();
        await ShouldBeAtAsync(page, "Why");
        await Expect(page.GetByLabel("Reason")).ToHaveValueAsync(Reason);
        await page.GoForwardAsync();
        await ShouldBeAtAsync(page, "Review");
    }

    /// <summary>Tokens alone are no votes.</summary>
    static async Task ReviewAsync(IPage page, Market market)
    {
        var propose = page.GetByRole(AriaRole.Button, new() { Name = "Review and propose" });
        await Expect(page.GetByText("Connect a wallet to go on.")).ToBeVisibleAsync();
        await Expect(propose).ToBeDisabledAsync();
        await WalletSteps.ConnectAsync(page);
        await Expect(page.GetByText("You hold enough tokens, but somebody else casts their votes, or nobody does.")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("votes-needed")).ToHaveTextAsync("100\u00A0SPACE");
        await Expect(propose).ToBeDisabledAsync();
        var draft = page.Url;
        await page.GetByRole(AriaRole.Link, new() { Name = "Who casts your votes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
        await WalletSteps.DoAsync(page, "Your tokens’ votes are yours to cast");
        await Holders.PassAsync(market, seconds: 2);
        await page.GotoAsync(draft);
        await Expect(page.GetByTestId("votes-cast")).ToHaveTextAsync("500\u202F000\u00A0SPACE");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What would change" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await Expect(page.GetByText("In force, at the earliest")).ToBeVisibleAsync();
        await page.LookAsync("propose-review");
    }

    /// <summary>Whose words are read: over a reload, and for whom the address is sent to.</summary>
    static async Task BeInTheAddressAsync(IPage page, ILocator card)
    {
        await Expect(page).ToHaveURLAsync(new Regex("proposal=0x[0-9a-f]{64}$"));
        await page.ReloadAsync();
        await Expect(card.Locator(".lines")).ToBeInViewportAsync();
        // What comes above it later does not move it away, until the reader moves the page.
        await PutAboveAsync(page, 3000);
        await Expect(card.Locator(".lines")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(card.Locator(".lines")).Not.ToBeInViewportAsync();
        await PutAboveAsync(page, 4000);
        await Expect(card.Locator(".lines")).Not.ToBeInViewportAsync();
        await PutAboveAsync(page, 0);
        await card.GetByText("Its proposer’s words").ClickAsync();
        await Expect(card.Locator(".lines")).ToBeHiddenAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/govern$"));
        await page.GotoAsync("/govern?proposal=nobody%E2%80%99s&proposal=");
        await Expect(card.GetByText("Its proposer’s words")).ToBeVisibleAsync();
        await Expect(card.Locator(".lines")).ToBeHiddenAsync();
    }

    /// <summary>Room above a page's content, and the frames in which the page answers to it.</summary>
    static Task PutAboveAsync(IPage page, int height) => page.EvaluateAsync(
        "height => { document.getElementById('content').style.paddingTop = height + 'px'; return new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown))); }", height);

    /// <summary>In whatever words: they are text, here and in everybody's list.</summary>
    static async Task ProposeAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Back", Exact = true }).ClickAsync();
        await page.GetByLabel("Title").FillAsync(HostileTitle);
        await page.GetByLabel("Reason").FillAsync(HostileReason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next: review" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and propose" }).ClickAsync();
        var summary = page.GetByTestId("summary-of-action");
        await Expect(summary).ToContainTextAsync($"You propose “{HostileTitle}”: part of each payment that the treasury gets, 1.5 % instead of 2 %; time to answer an audit, 2 minutes instead of 1 minute; bond that an auditor puts up, 8 SPACE instead of 7 SPACE.");
        await WalletSteps.ContinueAsync(page);
        await Expect(page.GetByText("Proposed. It stands among the proposals")).ToBeVisibleAsync();
        // Behind it stays what was reviewed: one's own proposal is no other that is under way.
        await page.WaitForTimeoutAsync(1000);
        await Expect(page.GetByText("Another proposal is under way")).ToHaveCountAsync(0);
        await WalletSteps.FinishAsync(page);
        await Expect(page).ToHaveURLAsync(new Regex("/govern#proposals$"));
        var card = page.GetByRole(AriaRole.Article);
        await Expect(card.GetByRole(AriaRole.Heading)).ToHaveTextAsync(HostileTitle);
        await card.GetByText("Its proposer’s words").ClickAsync();
        await Expect(card.Locator(".lines")).ToHaveTextAsync("Storage costs too much.\n\uFFFD**Trust me**\n<script>window.hacked=1</script>");
        await page.ShouldBeAccessibleAsync();
        await BeInTheAddressAsync(page, card);
        // Who proposes something else meanwhile is told that the last one decides.
        await page.GotoAsync("/govern/propose?set=AuditBond%3D3&title=Other&why=Other&step=3");
        await Expect(page.GetByText("Another proposal is under way.")).ToBeVisibleAsync();
        await page.LookAsync("propose-other");
        // A step that others have to come before is not shown before them, and nobody is torn from what is typed.
        await page.GotoAsync("/govern/propose?set=AuditBond%3Dmuch&step=3");
        await Expect(page.GetByText("Write an amount")).ToBeVisibleAsync();
        await page.GetByLabel("Bond that an auditor puts up, then").FillAsync("");
        await page.GetByLabel("Bond that an auditor puts up, then").PressSequentiallyAsync("3.5 SPACE");
        await Expect(page).ToHaveURLAsync(new Regex("AuditBond%3D3.5%20SPACE$"));
        await Expect(page.GetByLabel("Bond that an auditor puts up, then")).ToBeFocusedAsync();
        await page.GotoAsync("/govern");
    }

    static async Task DecideAsync(IPage page, Market market)
    {
        await Holders.PassAsync(market, seconds: 15);
        await page.GetByRole(AriaRole.Button, new() { Name = "Vote for it" }).ClickAsync();
        await WalletSteps.DoAsync(page, "You vote for");
        await Expect(page.GetByText("You have voted.")).ToBeVisibleAsync();
        await Holders.PassAsync(market, seconds: 60);
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand it to the timelock" }).ClickAsync();
        await WalletSteps.DoAsync(page, "where it waits before it can be executed");
        await Holders.PassAsync(market, seconds: 60);
        await page.GetByRole(AriaRole.Button, new() { Name = "Execute it" }).ClickAsync();
        await WalletSteps.DoAsync(page, "its changes take effect at once");
        await Expect(page.GetByText("Done. Proposed by")).ToBeVisibleAsync();
    }

    /// <summary>The step's heading has the focus.</summary>
    static Task ShouldBeAtAsync(IPage page, string step) =>
        Expect(page.GetByRole(AriaRole.Heading, new() { Name = step, Level = 2 })).ToBeFocusedAsync();
}
