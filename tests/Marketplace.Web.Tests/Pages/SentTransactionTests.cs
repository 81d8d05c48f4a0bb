using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>What a wallet sent is followed and told, also where its dialog is closed and the page was loaded anew.</summary>
[Collection(WebCollection.Name)]
public sealed class SentTransactionTests(SharedWeb shared)
{
    /// <summary>After which one that the endpoint does not know is told.</summary>
    const int BlocksUnseen = 20;

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Transaction_IsFollowed_WithoutItsDialog_AndToldUntilDismissed()
    {
        var market = new Market(web.Chain.Connection, await web.Chain.DeployGovernedAsync());
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, market);
        using var holder = new LocalSigner(PrivateKey.Create());
        await market.Client.SendAsync("anvil_setBalance", [JsonValue.Create(holder.Address.ToString()), JsonValue.Create("0x8ac7230489e80000")]);
        await web.Chain.SendAsync(web.Chain.Deployer, market.Token.Transfer(holder.Address, TokenAmount.FromTokens(10)));
        var wallet = new TestWallet(AnvilProcess.ChainId, holder) { Client = market.Client };
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        await wallet.InstallAsync(context);
        var page = await context.NewPageAsync();
        await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        try
        {
            await page.TravelAsync("sent", async () =>
            {
                await page.GotoAsync("/govern");
                await WalletSteps.ConnectAsync(page);
                await EndWellAsync(page, wallet, market);
                await BeSpedUpAsync(page, wallet, market);
                await FailAsync(page, wallet, market);
                await BeDroppedAsync(page, wallet, market);
            });
        }
        finally
        {
            await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(true)]);
        }
    }

    [Fact]
    public async Task Transaction_IsToldFurther_AfterTheGatewayWasStartedAnew()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-sent-");
        var file = Path.Combine(folder.FullName, "sent.json");
        var market = web.Chain.Market;
        var wallet = new TestWallet(AnvilProcess.ChainId, web.Chain.Consumer) { Client = market.Client };
        await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        try
        {
            await using (var gateway = await WebFixture.StartGatewayAsync(web.Chain, sentFile: file))
                await VisitAsync(gateway, wallet, "sent-before", SendAndLeaveAsync);
            await using (var gateway = await WebFixture.StartGatewayAsync(web.Chain, sentFile: file))
            {
                await VisitAsync(gateway, wallet, "sent-after", async page =>
                {
                    await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");
                    await MineAsync(page, market);
                    await Expect(Line(page)).ToHaveTextAsync("1 transaction is done");
                    await Notice(page).ClickAsync();
                    await DismissAsync(page, page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem));
                });
            }
        }
        finally
        {
            await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(true)]);
            folder.Delete(recursive: true);
        }
    }

    async Task VisitAsync(GatewayHost gateway, TestWallet wallet, string name, Func<IPage, Task> journey)
    {
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        await wallet.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync(name, async () =>
        {
            await page.GotoAsync("/govern");
            await WalletSteps.ConnectAsync(page);
            await journey(page);
        });
    }

    /// <summary>Its dialog is closed while the wallet still asks; the page is loaded anew before the block comes.</summary>
    static async Task EndWellAsync(IPage page, TestWallet wallet, Market market)
    {
        var user = new TaskCompletionSource();
        wallet.Hesitation = user.Task;
        await AskAsync(page);
        await Expect(page.GetByText("confirm the transaction in your wallet")).ToBeVisibleAsync();
        await CloseAsync(page);
        await Expect(Notice(page)).ToHaveCountAsync(0);
        user.SetResult();
        wallet.Hesitation = Task.CompletedTask;
        await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");

        await page.ReloadAsync();
        await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");
        await page.GetByRole(AriaRole.Link, new() { Name = "Network" }).ClickAsync();
        await Notice(page).ClickAsync();
        var row = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem);
        await Expect(row).ToContainTextAsync("Your tokens’ votes are yours to cast");
        await Expect(row).ToContainTextAsync("Waits for its block");
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Dismiss" })).ToHaveCountAsync(0);
        await page.LookAsync("sent-waits");
        await CloseAsync(page);

        await MineAsync(page, market);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction is done");
        await page.GotoAsync("/govern");
        await Notice(page).ClickAsync();
        await Expect(row).ToContainTextAsync("Done");
        await DismissAsync(page, row);
    }

    /// <summary>With its dialog closed: the page's head says that it is done, and the list that another did it.</summary>
    static async Task BeSpedUpAsync(IPage page, TestWallet wallet, Market market)
    {
        await SendAndLeaveAsync(page);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");
        await wallet.ReplaceAsync(sent => sent);
        for (var block = 0; block < 20 && await Line(page).InnerTextAsync() == "1 transaction waits"; block++)
            await MineAsync(page, market);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction is done");
        await Notice(page).ClickAsync();
        var row = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem);
        await Expect(row).ToContainTextAsync("You sped it up in your wallet");
        await DismissAsync(page, row);
    }

    /// <summary>Two that wait at once: one of them fails for the gas that its user typed.</summary>
    static async Task FailAsync(IPage page, TestWallet wallet, Market market)
    {
        await SendAndLeaveAsync(page);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");
        wallet.TypedGas = 23_000;
        await SendAndLeaveAsync(page);
        wallet.TypedGas = null;
        await Expect(Line(page)).ToHaveTextAsync("2 transactions wait");
        await page.ReloadAsync();
        await MineAsync(page, market);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction needs a look, 1 is done");
        await Notice(page).ClickAsync();
        var rows = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem);
        await Expect(rows.First).ToContainTextAsync("The transaction failed");
        await Expect(rows.First).ToContainTextAsync("It failed in its block");
        await page.LookAsync("sent");
        await rows.First.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await DismissAsync(page, rows);
    }

    /// <summary>The endpoint forgets it.</summary>
    static async Task BeDroppedAsync(IPage page, TestWallet wallet, Market market)
    {
        await SendAndLeaveAsync(page);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction waits");
        var hash = await HashAsync(page);
        await market.Client.SendAsync("anvil_dropTransaction", [JsonValue.Create(hash)]);
        for (var block = 0; block < BlocksUnseen + 20 && await Line(page).InnerTextAsync() == "1 transaction waits"; block++)
            await MineAsync(page, market);
        await Expect(Line(page)).ToHaveTextAsync("1 transaction needs a look");
        await Notice(page).ClickAsync();
        var row = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem);
        await Expect(row).ToContainTextAsync("Not seen on the chain");
        await DismissAsync(page, row);
    }

    static async Task<string> HashAsync(IPage page)
    {
        await Notice(page).ClickAsync();
        var hash = await page.GetByRole(AriaRole.Dialog).Locator(".sent-hash .mono").InnerTextAsync();
        await CloseAsync(page);
        return hash;
    }

    static async Task SendAndLeaveAsync(IPage page)
    {
        await AskAsync(page);
        await Expect(page.GetByText("Waiting for its block.")).ToBeVisibleAsync();
        await CloseAsync(page);
    }

    static async Task AskAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
        await WalletSteps.ContinueAsync(page);
    }

    static async Task CloseAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    /// <summary>The page has heard of the block.</summary>
    static async Task MineAsync(IPage page, Market market)
    {
        await market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
        await Expect(page.Locator(".chain-block strong")).ToHaveTextAsync(Figures.Whole(await market.Client.GetBlockNumberAsync()));
    }

    static async Task DismissAsync(IPage page, ILocator row)
    {
        await row.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Notice(page)).ToHaveCountAsync(0);
    }

    static ILocator Notice(IPage page) => page.Locator(".sent-notice");

    static ILocator Line(IPage page) => page.Locator(".sent-line");
}
