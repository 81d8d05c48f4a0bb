using System.Text.RegularExpressions;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Provide;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>The way of a provider's owner, from the registration to the last offer, with a wallet that signs.</summary>
[Collection(WebCollection.Name)]
public sealed class ProviderTests(SharedWeb shared)
{
    const string NodesAccount = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955";

    /// <summary>5 % of the stake for 4 GiB at 2 tokens each.</summary>
    const string Risk = "Your node does not answer. What is not proven is not paid. Each missed epoch then costs 0.4\u00A0SPACE of stake.";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Owner_Registers_Stakes_Offers_Accepts_AndWithdraws()
    {
        using var owner = await Holders.FundAsync(web.Chain, web.Chain.Market, 1_000);
        var wallet = new TestWallet(AnvilProcess.ChainId, owner) { Client = web.Chain.Market.Client };
        await using var context = await web.VisitAsync(wallet);
        var page = await context.NewPageAsync();
        await page.TravelAsync("provider", async () =>
        {
            await page.GotoAsync("/provide");
            await Expect(page.GetByText("Connect the provider’s own wallet.")).ToBeVisibleAsync();
            await WalletSteps.ConnectAsync(page);
            await CopyAsync(page, NodeCommands.InitFor(owner.Address));
            var file = await page.APIRequest.GetAsync(new Uri(new Uri(page.Url), DeploymentExport.Path).ToString());
            Assert.Equal(web.Chain.Market.Deployment, DeploymentFile.Parse(await file.TextAsync(), DeploymentExport.FileName));
            await RegisterAsync(page);
            var steps = page.GetByRole(AriaRole.Region, new() { Name = "Until you are found and paid" });
            await Expect(steps.GetByText("(to do)")).ToHaveCountAsync(3);
            await StakeAsync(page);
            await Expect(steps.GetByText("(to do)")).ToHaveCountAsync(2);
            await OfferAsync(page);
            await Expect(steps.GetByText("(to do)")).ToHaveCountAsync(1);
            await MoveAsync(page);
            await AcceptAsync(page);
            await page.LookAsync("provide");
            await ChangeAsync(page);
            await AskBackAsync(page);
            await OpenToDelegatorsAsync(page);
            await WithdrawOfferAsync(page);
        });
        var description = await web.Chain.Market.Stakes.GetCommissionAsync(owner.Address);
        Assert.Equal(250, description.Bps);
    }

    /// <summary>The command that makes the node's keys, for its machine.</summary>
    static async Task CopyAsync(IPage page, string command)
    {
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the command" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Copied." })).ToHaveCountAsync(1);
        Assert.Equal(command, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    static async Task RegisterAsync(IPage page)
    {
        await page.GetByLabel("The node’s address").FillAsync("https://node.example:9443");
        await page.GetByLabel("The account that it signs with").FillAsync("0x1234");
        await page.GetByLabel("Hash of its TLS key").FillAsync("0x" + new string('7', 64));
        await page.GetByLabel("Region").FillAsync("nl");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and register" }).ClickAsync();
        await Expect(page.GetByText("The account is 0x and 40 hex digits.")).ToBeVisibleAsync();
        await page.LookAsync("provide-register");
        await page.GetByLabel("The account that it signs with").FillAsync(NodesAccount);
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and register" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The node does not answer, so nobody could compare its keys with these");
        await WalletSteps.DoAsync(page, "You register https://node.example:9443 as your node in Netherlands.");
    }

    static async Task MoveAsync(IPage page)
    {
        await page.GetByText("Change its address, keys or region").ClickAsync();
        await Expect(page.GetByLabel("The account that it signs with")).ToHaveValueAsync(NodesAccount);
        await page.GetByLabel("The node’s address").FillAsync("https://elsewhere.example:9444");
        await page.GetByLabel("Region").FillAsync("fr");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review the change of the node" }).ClickAsync();
        await WalletSteps.DoAsync(page, "Your node is https://elsewhere.example:9444 in France from now on.");
        await page.GetByText("Change its address, keys or region").ClickAsync();
        await Expect(page.GetByText("(elsewhere.example:9444)").First).ToBeVisibleAsync();
    }

    static async Task StakeAsync(IPage page)
    {
        await Expect(page.GetByTestId("stake")).ToHaveTextAsync("0\u00A0SPACE");
        var amount = page.GetByLabel("SPACE to stake, or to ask back");
        await Expect(page.GetByText("Your wallet has 1\u202F000\u00A0SPACE.")).ToBeVisibleAsync();
        await amount.FillAsync("much");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Say how many, such as 12.5.")).ToBeVisibleAsync();
        await amount.FillAsync("400");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake", Exact = true }).ClickAsync();
        await WalletSteps.DoAsync(page, "You stake 400\u00A0SPACE behind your provider.", questions: "twice");
        await Expect(page.GetByTestId("stake")).ToHaveTextAsync("400\u00A0SPACE");
    }

    /// <summary>By hand: whoever wants it has to ask.</summary>
    static async Task OfferAsync(IPage page)
    {
        await TurnAsync(page, "Offers");
        await page.GetByLabel("SPACE for a GiB and epoch").FillAsync("1.5");
        // 400 tokens at 2 for a GiB.
        await Expect(page.GetByLabel("GiB on offer")).ToHaveValueAsync("200");
        await Expect(page.GetByLabel("GiB on offer")).ToHaveAccessibleDescriptionAsync("Beyond what is rented out and on offer, your stake covers 200 GiB, and it is not known what your node has free.");
        await page.GetByLabel("GiB on offer").FillAsync("20");
        await page.GetByLabel("Shortest term, in epochs").FillAsync("2");
        await page.GetByLabel("Longest term, in epochs").FillAsync("1");
        await page.GetByLabel("Accept agreements at once").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await Expect(page.GetByText("The longest term is shorter than the shortest.")).ToBeVisibleAsync();
        await page.GetByLabel("Longest term, in epochs").FillAsync("500");
        // Epochs of a minute.
        await Expect(page.GetByText("That is 64\u202F800\u00A0SPACE for a GiB and 30 days;")).ToBeVisibleAsync();
        await page.GetByLabel("Open to one account alone").FillAsync("0x12");
        await Expect(page.GetByTestId("term-words")).ToHaveTextAsync("That is 2\u00A0min to 8\u00A0h 20\u00A0min.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await Expect(page.GetByText("The account is 0x and 40 hex digits.")).ToBeVisibleAsync();
        await page.GetByLabel("Open to one account alone").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await WalletSteps.DoAsync(page, "You offer 20\u00A0GiB at 1.5\u00A0SPACE for a GiB and epoch, for 2 to 500 epochs. Reading is free. You answer each request by hand.");
        await Expect(page.GetByText("1.5\u00A0SPACE for a GiB and epoch;")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("");
        await Expect(page.GetByLabel("GiB on offer")).ToHaveValueAsync("180");
        await page.LookAsync("provide-offers");
        await page.ReloadAsync();
        await Expect(page.GetByText("1.5\u00A0SPACE for a GiB and epoch;")).ToBeVisibleAsync();
        await TurnAsync(page, "Now");
    }

    async Task AcceptAsync(IPage page)
    {
        var offered = await web.Chain.Market.Listings.CountAsync();
        await AskForAsync(new ListingId(offered));
        await TurnAsync(page, "Offers");
        await page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "One request waits for your answer." }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Requests" })).ToBeInViewportAsync();
        // Its node is nowhere: what is accepted now could not be proven.
        var accept = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Accept request") });
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Requests" })).ToContainTextAsync(Risk);
        await Expect(accept).Not.ToHaveClassAsync(new Regex("button-primary"));
        await page.LookAsync("provide-request");
        await accept.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(Risk);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" })).Not.ToHaveClassAsync(new Regex("button-primary"));
        await WalletSteps.DoAsync(page, "you keep 4\u00A0GiB for 10 epochs, and prove it in each. It brings 58.8\u00A0SPACE if every epoch is proven, after the fee of 2\u00A0%");
        await TurnAsync(page, "Earnings");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Agreements that run" })).ToContainTextAsync("4\u00A0GiB");
        await TurnAsync(page, "Offers");
        await Expect(page.GetByText("16\u00A0GiB left")).ToBeVisibleAsync();
        await TurnAsync(page, "Now");
    }

    static async Task ChangeAsync(IPage page)
    {
        await TurnAsync(page, "Offers");
        await page.GotoAsync("/provide?part=offers&offer=nobody%E2%80%99s");
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "New offer" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Change offer") }).ClickAsync();
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("1.5");
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToBeFocusedAsync();
        await Expect(page).ToHaveURLAsync(new Regex("offer=[0-9]+$"));
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "Change an offer" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("1.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("part=offers$"));
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Change offer") }).ClickAsync();
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("1.5");
        await page.GetByLabel("SPACE for a GiB and epoch").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review the change" }).ClickAsync();
        await WalletSteps.DoAsync(page, "to 16\u00A0GiB at 2\u00A0SPACE for a GiB and epoch");
        await Expect(page.GetByText("2\u00A0SPACE for a GiB and epoch;")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "New offer" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("part=offers$"));
        await Expect(page.GetByLabel("SPACE for a GiB and epoch")).ToHaveValueAsync("");
    }

    /// <summary>More than what is free is refused by the contract, and said so before anything is signed.</summary>
    static async Task AskBackAsync(IPage page)
    {
        await TurnAsync(page, "Now");
        var amount = page.GetByLabel("SPACE to stake, or to ask back");
        await amount.FillAsync("395");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "The contract would refuse this" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await amount.FillAsync("100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask back" }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync(new Regex($"It can be taken out after {Times.Epochs(MarketFixture.Parameters.UnbondingEpochs)}: from epoch [0-9]+ on, [0-9]+ ... [0-9]{{4}}"));
        await WalletSteps.DoAsync(page, "You ask 100\u00A0SPACE of your stake back.");
        await Expect(page.GetByTestId("stake")).ToHaveTextAsync("300\u00A0SPACE");
    }

    static async Task OpenToDelegatorsAsync(IPage page)
    {
        await TurnAsync(page, "Delegators");
        await page.GetByLabel("Your commission, in percent").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open to delegators" }).ClickAsync();
        await WalletSteps.DoAsync(page, "keep 2.5\u00A0% of what it earns");
        await Expect(page.GetByText("You keep 2.5\u00A0% of what they earn.")).ToBeVisibleAsync();
    }

    static async Task WithdrawOfferAsync(IPage page)
    {
        await TurnAsync(page, "Offers");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Withdraw offer") }).ClickAsync();
        await WalletSteps.DoAsync(page, "Agreements that run under it run on.");
        await Expect(page.GetByText("You offer nothing yet.")).ToBeVisibleAsync();
    }

    /// <summary>To a part of the page, which its address then says.</summary>
    internal static async Task TurnAsync(IPage page, string part)
    {
        var link = page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of this page" }).GetByRole(AriaRole.Link, new() { Name = part });
        await link.ClickAsync();
        await Expect(link).ToHaveAttributeAsync("aria-current", "true");
    }

    async Task AskForAsync(ListingId listing)
    {
        var market = web.Chain.Market;
        var deposit = TokenAmount.FromTokens(60);
        await web.Chain.SendAsync(web.Chain.Deployer, market.Token.Transfer(web.Chain.Consumer.Address, deposit));
        var permit = await web.Chain.PermitAsync(web.Chain.Consumer, market.Escrow.Address, deposit);
        await web.Chain.SendAsync(web.Chain.Consumer, market.Agreements.Open(
            [new AgreementRequest(listing, new GiB(4), 10, web.Chain.Consumer.Address, deposit, TokenAmount.Zero)], permit));
    }
}
