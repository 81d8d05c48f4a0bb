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
            await ShouldTellEffectsAsync(page);
            await Expect(page.GetByTestId("account-of-action")).ToHaveTextAsync($"as {Texts.Short(holder.Address)}");
            await page.LookAsync("vote");
            await WalletSteps.DoAsync(page, "You vote for “Raise the fee”. Your account had 500\u202F000\u00A0SPACE of votes when the vote began. A vote cannot be changed.");
            await Expect(page.GetByText("You have voted.")).ToBeVisibleAsync();
            // Reaching the quorum late makes a vote longer.
            await Holders.PassAsync(market, seconds: 60);
            await page.GetByRole(AriaRole.Button, new() { Name = "Hand it to the timelock" }).ClickAsync();
            await ShouldTellEffectsAsync(page);
            await WalletSteps.DoAsync(page, "where it waits before it can be executed");
            await ShouldCountDownAsync(page, market);
            await Holders.PassAsync(market, seconds: 60);
            await page.GetByRole(AriaRole.Button, new() { Name = "Execute it" }).ClickAsync();
            await ShouldTellEffectsAsync(page);
            await WalletSteps.DoAsync(page, "its changes take effect at once");
            await Expect(page.GetByText("Done. Proposed by")).ToBeVisibleAsync();
            // What it did is told for good.
            await Expect(page.GetByText("Changes 2 of the market's numbers.")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Before" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "2 %" })).ToContainTextAsync("3 %");
            Assert.Equal(300, (await market.Parameters.GetAsync()).ProtocolFeeBps);
            await page.GotoAsync("/activity");
            await SeeThePastAsync(page);
        });

    /// <summary>Of who took each step, and of the market, in which all see it.</summary>
    static async Task SeeThePastAsync(IPage page)
    {
        var past = page.GetByRole(AriaRole.Region, new() { Name = "Activity" });
        await Expect(past).ToContainTextAsync("voted for a proposal: “Raise the fee”");
        await Expect(past).ToContainTextAsync("A proposal was accepted, and waits in the timelock until");
        await Expect(past).ToContainTextAsync("A proposal was carried out: what it changes is in force: “Raise the fee”");
        await page.GetByRole(AriaRole.Link, new() { Name = "The market" }).ClickAsync();
        await Expect(past).ToContainTextAsync("proposed a change: “Raise the fee”");
        await Expect(past).Not.ToContainTextAsync("voted for");
        await past.GetByRole(AriaRole.Link, new() { Name = "Read the proposal" }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/govern[?]proposal="));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Raise the fee" })).ToBeInViewportAsync();
    }

    /// <summary>With each block.</summary>
    static async Task ShouldCountDownAsync(IPage page, Market market)
    {
        var ends = page.GetByText(new Regex("It can be executed from .*UTC.\\(in.[0-9]+.s\\) on"));
        var left = Regex.Match(await ends.InnerTextAsync(), "\\(in[^)]*\\)").Value;
        await Holders.PassAsync(market, seconds: 1);
        await Expect(ends).Not.ToContainTextAsync(left);
    }

    /// <summary>Its proposer's title may say anything.</summary>
    static async Task ShouldTellEffectsAsync(IPage page)
    {
        var told = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Row);
        await Expect(told.Filter(new() { HasText = "2 %" })).ToContainTextAsync("3 %");
        await Expect(told.Filter(new() { HasText = "2 SPACE" })).ToContainTextAsync("3.5 SPACE");
    }

    /// <summary>Votes count as they were when the vote began.</summary>
    [Fact]
    public Task HolderWithoutVotes_IsToldWhy_AndNotAskedToVote() =>
        Holders.GovernAsync(web, "govern-without-votes", async (page, market, holder) =>
        {
            await web.Chain.SendAsync(web.Chain.Deployer, market.Token.DelegateVotes(web.Chain.Deployer.Address));
            await Holders.PassAsync(market, seconds: 2);
            await ProposeAsync(market, web.Chain.Deployer);
            await Holders.PassAsync(market, seconds: 15);
            await page.GotoAsync("/govern");
            await Expect(page.GetByText("Connect a wallet to vote.")).ToBeVisibleAsync();
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByText("You cannot vote on this: your account had no votes when the vote began")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
            await WalletSteps.DoAsync(page, "Your tokens’ votes are yours to cast");
            await Expect(page.GetByTestId("votes")).ToHaveTextAsync("500\u202F000\u00A0SPACE");
            await Expect(page.GetByText("what is chosen later counts from the next one on")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Vote for it" })).ToHaveCountAsync(0);
            await page.LookAsync("govern-without-votes");
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
            await page.GetByRole(AriaRole.Link, new() { Name = "Stake behind this provider" }).ClickAsync();
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByLabel("Provider’s account")).ToHaveValueAsync(web.Chain.Owner.Address.ToString());
            await page.GetByLabel("SPACE to put behind it").FillAsync("60.00005");
            await DelegateWithoutFeeAsync(page, wallet);
            var mine = page.GetByRole(AriaRole.Region, new() { Name = "Delegations" });
            await Expect(mine).ToContainTextAsync("60\u00A0SPACE");
            await Expect(page.GetByTestId("balance")).ToHaveTextAsync("39.9999\u00A0SPACE");
            await page.LookAsync("delegations");
            await Expect(mine).ToContainTextAsync("on 60\u00A0SPACE put in");
            await AskBackAsync(page, "10.00005");
            await Expect(mine).ToContainTextAsync("50\u00A0SPACE");
            await Expect(mine).ToContainTextAsync(new Regex("from epoch \\d+ on, \\d+ [A-Z][a-z]+ \\d+, .*UTC.\\(in.\\d"));
            await AskBackAsync(page, null);
            await Expect(mine).ToContainTextAsync("60\u00A0SPACE");
            await page.GotoAsync("/activity");
            var past = page.GetByRole(AriaRole.Region, new() { Name = "Activity" });
            await Expect(past.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
            await Expect(past.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("asked back from behind");
            await Expect(past.GetByRole(AriaRole.Row).Nth(3)).ToContainTextAsync("60.00005\u00A0SPACE put behind");
            await page.LookAsync("activity");
        });
    }

    /// <summary>Some of what is behind the provider, or with null all of it.</summary>
    async Task AskBackAsync(IPage page, string? amount)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Ask back from") }).ClickAsync();
        if (amount is not null)
        {
            await page.GetByLabel("SPACE to ask back").FillAsync("61");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("You have 60.00005\u00A0SPACE there.");
            await page.GetByLabel("SPACE to ask back").FillAsync(amount);
        }
        await page.LookAsync(amount is null ? "ask-all-back" : "ask-back");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = amount is null ? "Ask all back" : "Review" }).ClickAsync();
        await WalletSteps.DoAsync(page, $"You ask back {amount ?? "50"}\u00A0SPACE from behind {Texts.Short(web.Chain.Owner.Address)}. It earns no more, and can be slashed until you take it out: from epoch");
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
