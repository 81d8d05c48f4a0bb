using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>The way of a token's holder: votes, from their delegation to what they decided; and stake behind a provider.</summary>
[Collection(WebCollection.Name)]
public sealed class GovernTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task Holder_Votes_AndWhatWasDecidedIsDone() =>
        Holders.GovernAsync(web, "govern", async (page, market, holder) =>
        {
            await page.GotoAsync("/govern");
            await Expect(page.GetByText("Nobody has proposed anything.")).ToBeVisibleAsync();
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByText("Nobody casts its votes yet")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
            await WalletSteps.DoAsync(page, "Your tokens’ votes are yours to cast");
            await Expect(page.GetByTestId("votes")).ToHaveTextAsync("500\u202F000\u00A0SPACE");

            // Votes count as they were a second before.
            await Holders.PassAsync(market, seconds: 2);
            await ProposeAsync(market, holder);
            await Expect(page.GetByText("The vote has not begun")).ToBeVisibleAsync();
            await Expect(page.GetByText("Changes 2 of the market's numbers.")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "2 %" })).ToContainTextAsync("3 %");
            await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "2 SPACE" })).ToContainTextAsync("3.5 SPACE");
            await Holders.PassAsync(market, seconds: 15);
            await page.LookAsync("govern");
            await page.GetByRole(AriaRole.Button, new() { Name = "Vote for it" }).ClickAsync();
            await WalletSteps.DoAsync(page, "You vote for “Raise the fee”. A vote cannot be changed.");
            await Expect(page.GetByText("You have voted.")).ToBeVisibleAsync();
            // Reaching the quorum late makes a vote longer.
            await Holders.PassAsync(market, seconds: 60);
            await page.GetByRole(AriaRole.Button, new() { Name = "Hand it to the timelock" }).ClickAsync();
            await WalletSteps.DoAsync(page, "where it waits before it can be executed");
            await Expect(page.GetByText("It can be executed from")).ToBeVisibleAsync();
            await Holders.PassAsync(market, seconds: 60);
            await page.GetByRole(AriaRole.Button, new() { Name = "Execute it" }).ClickAsync();
            await WalletSteps.DoAsync(page, "its changes take effect at once");
            await Expect(page.GetByText("Done. Proposed by")).ToBeVisibleAsync();
            Assert.Equal(300, (await market.Parameters.GetAsync()).ProtocolFeeBps);
            await page.GotoAsync("/activity");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Activity" })).ToContainTextAsync("voted for a proposal: “Raise the fee”");
        });

    [Fact]
    public async Task Holder_PutsStakeBehindAProvider_AndAsksItBack()
    {
        var market = web.Chain.Market;
        await web.Chain.SendAsync(web.Chain.Owner, market.Stakes.SetCommission(1_000));
        using var holder = await Holders.FundAsync(web.Chain, market, 100);
        var wallet = new TestWallet(AnvilProcess.ChainId, holder) { Client = market.Client };
        await using var context = await web.VisitAsync(wallet);
        var page = await context.NewPageAsync();
        await page.TravelAsync("delegate", async () =>
        {
            await page.GotoAsync($"/providers/{web.Chain.Owner.Address}");
            await page.GetByRole(AriaRole.Link, new() { Name = "Put stake behind it" }).ClickAsync();
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByLabel("Provider’s account")).ToHaveValueAsync(web.Chain.Owner.Address.ToString());
            await page.GetByLabel("SPACE to put behind it").FillAsync("60.00005");
            await DelegateWithoutFeeAsync(page, wallet);
            var mine = page.GetByRole(AriaRole.Region, new() { Name = "Delegations" });
            await Expect(mine).ToContainTextAsync("60\u00A0SPACE");
            await Expect(page.GetByTestId("balance")).ToHaveTextAsync("39.9999\u00A0SPACE");
            await page.LookAsync("delegations");
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Ask all back") }).ClickAsync();
            await WalletSteps.DoAsync(page, $"You ask back 60.00005\u00A0SPACE from behind {Texts.Short(web.Chain.Owner.Address)}. It earns no more, and can be slashed until you take it out");
            await Expect(mine).ToContainTextAsync("from epoch");
            await page.GotoAsync("/activity");
            var past = page.GetByRole(AriaRole.Region, new() { Name = "Activity" });
            await Expect(past.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
            await Expect(past.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("asked back from behind");
            await Expect(past.GetByRole(AriaRole.Row).Nth(2)).ToContainTextAsync("60.00005\u00A0SPACE put behind");
            await page.LookAsync("activity");
        });
    }

    /// <summary>Where the endpoint cannot try out what is not signed yet, the fee is told after the permit, and asked about before anything is sent.</summary>
    async Task DelegateWithoutFeeAsync(IPage page, TestWallet wallet)
    {
        web.Chain.Connection.CannotPretend = true;
        try
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Review", Exact = true }).ClickAsync();
            await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync("which keeps 10\u00A0% of what they earn");
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync("Your wallet will ask twice:");
            await Expect(dialog).ToContainTextAsync("you are asked again before it is sent");
            await WalletSteps.ContinueAsync(page);
            await Expect(dialog).ToContainTextAsync("Your wallet will ask once more:");
            await Expect(dialog).ToContainTextAsync("for a fee of at most");
            Assert.DoesNotContain("eth_sendTransaction", wallet.Asked);
            await WalletSteps.ContinueAsync(page);
            await WalletSteps.FinishAsync(page);
        }
        finally
        {
            web.Chain.Connection.CannotPretend = false;
        }
    }

    async Task ProposeAsync(Market market, LocalSigner proposer)
    {
        var values = await market.Parameters.GetAsync();
        var wanted = values with { ProtocolFeeBps = 300, StakePerGiB = new TokenAmount(TokenAmount.FromTokens(7).Value / 2) };
        var call = GovernanceClient.SetParameters(market.Deployment.MarketplaceParameters, wanted);
        await web.Chain.SendAsync(proposer, market.Governance!.Propose(new ProposalContent([call], "# Raise the fee\n\nThe treasury is empty.")));
    }
}
