using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A transaction that comes to something else than its user thought, each told apart, with what to do.</summary>
[Collection(WebCollection.Name)]
public sealed class TransactionTests(SharedWeb shared)
{
    const string Summary = "Your tokens’ votes are yours to cast";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Transaction_Declined_Failed_Replaced_OrOfAnotherAccount_IsToldApart()
    {
        var market = new Market(web.Chain.Connection, await web.Chain.DeployGovernedAsync());
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, market);
        using var holder = new LocalSigner(PrivateKey.Create());
        using var other = new LocalSigner(PrivateKey.Create());
        foreach (var account in new[] { holder, other })
            await market.Client.SendAsync("anvil_setBalance", [JsonValue.Create(account.Address.ToString()), JsonValue.Create("0x8ac7230489e80000")]);
        await web.Chain.SendAsync(web.Chain.Deployer, market.Token.Transfer(holder.Address, TokenAmount.FromTokens(10)));
        var wallet = new TestWallet(AnvilProcess.ChainId, holder, other) { Client = market.Client };
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        await wallet.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync("transactions", async () =>
        {
            await page.GotoAsync("/govern");
            await WalletSteps.ConnectAsync(page);
            await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
            await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync(Summary);

            await BeDeclinedAsync(page, wallet);
            await FailAsync(page, wallet);
            await BeReplacedAsync(page, wallet, market, holder);
            await NotArriveAsync(page, wallet, market, holder);
            wallet.TellsNonsense = true;
            await WalletSteps.ContinueAsync(page);
            await ShouldStopAsync(page, "Your wallet gave no transaction", "It may have sent one", isUncertain: true);
            wallet.TellsNonsense = false;
            await SwitchNetworkAsync(page, wallet);
            await ChangeAccountAsync(page, wallet, holder, other);
            await BeSpedUpAsync(page, wallet, market);
        });
    }

    static async Task BeDeclinedAsync(IPage page, TestWallet wallet)
    {
        wallet.RejectsNext.Add("eth_sendTransaction");
        await WalletSteps.ContinueAsync(page);
        await ShouldStopAsync(page, "You declined in your wallet", "The transaction was not signed, and nothing was sent.");
        Assert.Empty(wallet.Sent);
    }

    /// <summary>The wallet's user typed less gas than it takes.</summary>
    static async Task FailAsync(IPage page, TestWallet wallet)
    {
        wallet.TypedGas = 30_000;
        await WalletSteps.ContinueAsync(page);
        await ShouldStopAsync(page, "The transaction failed", "It failed in its block");
        wallet.TypedGas = null;
    }

    /// <summary>The wallet's user cancels it there: another transaction takes its number.</summary>
    static async Task BeReplacedAsync(IPage page, TestWallet wallet, Market market, LocalSigner holder)
    {
        await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        try
        {
            await WalletSteps.ContinueAsync(page);
            // The page knows its number, by which it notices another: the account's second, after the one that failed.
            await Expect(page.GetByText("Sent as transaction 1 of your account. Waiting for its block.")).ToBeVisibleAsync();
            await wallet.ReplaceAsync(sent => sent with { To = holder.Address, Data = ReadOnlyMemory<byte>.Empty });
        }
        finally
        {
            await market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
            await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(true)]);
        }
        await MineUntilToldAsync(page, market);
        await ShouldStopAsync(page, "You cancelled it in your wallet", "Nothing was done by it.");
    }

    /// <summary>The wallet's user has the same sent for a higher fee: it is done, and not to be done again.</summary>
    static async Task BeSpedUpAsync(IPage page, TestWallet wallet, Market market)
    {
        await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        try
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "I vote myself" }).ClickAsync();
            await WalletSteps.ContinueAsync(page);
            await Expect(page.GetByText("of your account. Waiting for its block.")).ToBeVisibleAsync();
            await wallet.ReplaceAsync(sent => sent);
        }
        finally
        {
            await market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
            await market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(true)]);
        }
        var told = page.GetByText("You sped it up in your wallet");
        await MineUntilToldAsync(page, market, told);
        await Expect(told).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "again" })).ToHaveCountAsync(0);
        await page.LookAsync("sped-up");
        await WalletSteps.FinishAsync(page);
    }

    /// <summary>Replaced before the gateway's endpoint ever saw it.</summary>
    static async Task NotArriveAsync(IPage page, TestWallet wallet, Market market, LocalSigner holder)
    {
        wallet.KeepsTransactions = true;
        await WalletSteps.ContinueAsync(page);
        await Expect(page.GetByText("Waiting for its block.")).ToBeVisibleAsync();
        var other = await holder.SignTransactionAsync(wallet.Sent[^1] with { To = holder.Address, Data = ReadOnlyMemory<byte>.Empty });
        Assert.True((await market.Client.SendRawTransactionAsync(other.Raw)).IsWithNode);
        await MineUntilToldAsync(page, market);
        await ShouldStopAsync(page, "The transaction did not arrive", "Another one of your account has taken its place", isUncertain: true);
        wallet.KeepsTransactions = false;
    }

    /// <summary>Looked at block after block: the page hears of the newest only, and may miss some.</summary>
    static async Task MineUntilToldAsync(IPage page, Market market, ILocator? told = null)
    {
        var notice = told ?? page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        for (var block = 0; block < 20 && !await notice.IsVisibleAsync(); block++)
        {
            await market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
            await Expect(page.Locator(".chain-block strong")).ToHaveTextAsync(Figures.Whole(await market.Client.GetBlockNumberAsync()));
        }
    }

    /// <summary>Between the review and the wallet its user turns to another network, or was there when it began: the dialog takes the wallet to the market's, and goes on.</summary>
    static async Task SwitchNetworkAsync(IPage page, TestWallet wallet)
    {
        var before = wallet.Sent.Count;
        var dialog = page.GetByRole(AriaRole.Dialog);
        var go = dialog.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" });
        var change = dialog.GetByRole(AriaRole.Button, new() { Name = "Switch network" });
        var notice = dialog.GetByRole(AriaRole.Status).Filter(new() { HasText = "Test Wallet is on another network." });
        await wallet.GoToAsync(1);
        await Expect(notice).ToBeVisibleAsync();
        await Expect(go).ToBeDisabledAsync();
        wallet.RejectsNext.Add("wallet_switchEthereumChain");
        await change.ClickAsync();
        await Expect(notice).ToContainTextAsync("You declined to switch networks in your wallet.");
        await page.LookAsync("another-network");
        await change.ClickAsync();
        await Expect(go).ToBeEnabledAsync();
        await Expect(notice).ToHaveCountAsync(0);

        // It stopped; its user looks elsewhere, and tries again from there, with a wallet that does not know the market's network.
        wallet.RejectsNext.Add("eth_sendTransaction");
        await go.ClickAsync();
        await ShouldBeToldAsync(page, "You declined in your wallet", "nothing was sent.");
        wallet.KnownChains.Remove(AnvilProcess.ChainId);
        await wallet.GoToAsync(1);
        await Expect(notice).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByText("Your wallet will ask once:")).ToBeVisibleAsync();
        await Expect(go).ToBeDisabledAsync();
        await change.ClickAsync();
        await Expect(go).ToBeEnabledAsync();
        Assert.Contains("wallet_addEthereumChain", wallet.Asked);
        Assert.Equal(before, wallet.Sent.Count);
    }

    /// <summary>Between the review and the wallet its user turns to another account: nothing goes on until it is the first again.</summary>
    static async Task ChangeAccountAsync(IPage page, TestWallet wallet, LocalSigner holder, LocalSigner other)
    {
        var before = wallet.Sent.Count;
        await Expect(page.GetByTestId("account-of-action")).ToHaveTextAsync($"as {Texts.Short(holder.Address)}");
        await Expect(page.GetByTestId("account-of-action").Locator("span")).ToHaveAttributeAsync("title", holder.Address.ToString());
        await wallet.UseAsync(other, holder);
        await ShouldWaitForAsync(page, holder, other);
        await page.LookAsync("another-account");
        await wallet.UseAsync(holder, other);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" })).ToBeEnabledAsync();

        // The same after something else stopped it.
        wallet.RejectsNext.Add("eth_sendTransaction");
        await WalletSteps.ContinueAsync(page);
        await ShouldBeToldAsync(page, "You declined in your wallet", "nothing was sent.");
        await wallet.UseAsync(other, holder);
        await Expect(page.Locator(".wallet-button")).ToContainTextAsync(Texts.Short(other.Address));
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await ShouldWaitForAsync(page, holder, other);
        Assert.Equal(before, wallet.Sent.Count);
        await wallet.UseAsync(holder, other);
        await WalletSteps.ContinueAsync(page);
        await WalletSteps.FinishAsync(page);
        Assert.Equal(before + 1, wallet.Sent.Count);
    }

    static async Task ShouldWaitForAsync(IPage page, LocalSigner holder, LocalSigner other)
    {
        await ShouldBeToldAsync(page, $"Your wallet acts for {Texts.Short(other.Address)} now.", $"This is for {Texts.Short(holder.Address)}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" })).ToBeDisabledAsync();
    }

    static async Task ShouldBeToldAsync(IPage page, string title, string reason)
    {
        var notice = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Expect(notice).ToContainTextAsync(title);
        await Expect(notice).ToContainTextAsync(reason);
    }

    /// <summary>It says what happened; then it is reviewed again. Where it may have been done all the same, that is not what is proposed.</summary>
    static async Task ShouldStopAsync(IPage page, string title, string reason, bool isUncertain = false)
    {
        await ShouldBeToldAsync(page, title, reason);
        await Expect(page.Locator("dialog .dialog-actions .button-primary")).ToHaveTextAsync(isUncertain ? "Close" : "Try again");
        if (isUncertain)
        {
            await Expect(page.GetByText("it would be done twice")).ToBeVisibleAsync();
            await page.LookAsync("stopped-uncertain");
        }
        await page.GetByRole(AriaRole.Button, new() { Name = isUncertain ? "Ask the wallet again" : "Try again" }).ClickAsync();
        await Expect(page.GetByText("Your wallet will ask once:")).ToBeVisibleAsync();
    }
}
