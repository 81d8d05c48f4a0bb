using Marketplace.Core.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>Connecting a wallet, in a real browser.</summary>
[Collection(WebCollection.Name)]
public sealed class WalletTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    TestWallet NewWallet(ulong chain = AnvilProcess.ChainId) => new(chain, web.Chain.Consumer, web.Chain.Operator);

    [Fact]
    public async Task Wallet_Connects_ShowsItsBalance_AndFollowsItsUser()
    {
        await web.Chain.SendAsync(web.Chain.Deployer, web.Chain.Market.Token.Transfer(web.Chain.Consumer.Address, TokenAmount.FromTokens(12_345)));
        var wallet = NewWallet();
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);

        await ConnectAsync(page);

        await Expect(Button(page)).ToContainTextAsync(Texts.Short(web.Chain.Consumer.Address));
        var held = await web.Chain.Market.Token.GetBalanceAsync(web.Chain.Consumer.Address);
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync(Figures.Tokens(held));

        await wallet.UseAsync(web.Chain.Operator);
        await Expect(Button(page)).ToContainTextAsync(Texts.Short(web.Chain.Operator.Address));
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync(Figures.Tokens(TokenAmount.Zero));

        await wallet.UseAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ConnectedWallet_ActsForTheAccountThatIsChosen_AndIsTakenUpAgain_UntilItIsDisconnected()
    {
        var wallet = NewWallet();
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);
        await ConnectAsync(page);
        await Button(page).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = web.Chain.Operator.Address.ToString() }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done", Exact = true }).ClickAsync();
        await Expect(Button(page)).ToContainTextAsync(Texts.Short(web.Chain.Operator.Address));

        await page.ReloadAsync();
        await Expect(Button(page)).ToContainTextAsync(Texts.Short(web.Chain.Operator.Address));
        Assert.Single(wallet.Asked, "eth_requestAccounts");

        await Button(page).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
    }

    [Fact]
    public async Task NewTab_IsConnectedByItself_UntilItsUserDisconnects_WhichHoldsForAllTabs()
    {
        var wallet = NewWallet();
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);
        await ConnectAsync(page);
        await Expect(Button(page)).ToContainTextAsync(Texts.Short(web.Chain.Consumer.Address));

        var second = await OpenAsync(context);
        await Expect(Button(second)).ToContainTextAsync(Texts.Short(web.Chain.Consumer.Address));
        Assert.Single(wallet.Asked, "eth_requestAccounts");

        await Button(second).ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        var connect = new PageGetByRoleOptions { Name = "Connect wallet" };
        await Expect(second.GetByRole(AriaRole.Button, connect)).ToBeEnabledAsync();
        await Expect(page.GetByRole(AriaRole.Button, connect)).ToBeEnabledAsync();
        var third = await OpenAsync(context);
        await Expect(third.GetByRole(AriaRole.Button, connect)).ToBeEnabledAsync();
        Assert.Single(wallet.Asked, "eth_requestAccounts");
    }

    [Fact]
    public async Task UserWhoSaysNo_IsToldSo_AndCanTryAgain()
    {
        var wallet = NewWallet();
        wallet.Rejects = true;
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);

        await ConnectAsync(page);
        await Expect(page.GetByText("You declined the connection in Test Wallet.")).ToBeVisibleAsync();

        wallet.Rejects = false;
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" }).ClickAsync();
        await Expect(Button(page)).ToContainTextAsync("0x");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task SlowWallet_IsWaitedFor()
    {
        var answer = new TaskCompletionSource();
        var wallet = NewWallet();
        wallet.Hesitation = answer.Task;
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);

        await ConnectAsync(page);
        await Expect(page.GetByText("Answer Test Wallet’s question in its own window.")).ToBeVisibleAsync();

        answer.SetResult();
        await Expect(Button(page)).ToContainTextAsync("0x");
    }

    [Fact]
    public async Task WalletThatIsNotWaitedFor_DoesNotConnectLater_ButWhenItIsAskedAgain()
    {
        var answer = new TaskCompletionSource();
        var wallet = NewWallet();
        wallet.Hesitation = answer.Task;
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);
        await ConnectAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Do not wait" }).ClickAsync();
        answer.SetResult();

        var again = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" });
        await Expect(again).ToBeEnabledAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Connect a wallet" })).ToBeVisibleAsync();
        await again.ClickAsync();
        await Expect(Button(page)).ToContainTextAsync("0x");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WrongNetwork_IsOfferedToBeLeft_AndAddedWhereItIsUnknown(bool isKnown)
    {
        var wallet = NewWallet(chain: 1);
        if (isKnown)
            wallet.KnownChains.Add(AnvilProcess.ChainId);
        await using var context = await web.VisitAsync(wallet);
        var page = await OpenAsync(context);
        await ConnectAsync(page);
        var notice = page.GetByText("Test Wallet is on another network.");
        await Expect(notice).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Switch network" }).ClickAsync();

        await Expect(notice).ToBeHiddenAsync();
        Assert.Equal(AnvilProcess.ChainId, wallet.ChainId);
        Assert.Equal(isKnown, !wallet.Asked.Contains("wallet_addEthereumChain"));

        await wallet.GoToAsync(1);
        await Expect(notice).ToBeVisibleAsync();
    }

    [Fact]
    public async Task NameOfAWallet_IsShownAsText()
    {
        var wallet = NewWallet();
        await using var context = await web.VisitAsync();
        await wallet.InstallAsync(context, "<img src=x onerror=\"window.hacked=1\">\u202Egnp.exe");
        var page = await OpenAsync(context);

        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("<img src=x onerror=\"window.hacked=1\">\uFFFDgnp.exe");
        Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"));
    }

    [Fact]
    public async Task BrowserWithoutWallet_IsToldWhatToDo()
    {
        await using var context = await web.VisitAsync();
        var page = await OpenAsync(context);

        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();

        await Expect(page.GetByText("This browser has no wallet that announces itself")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    static async Task<IPage> OpenAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        return page;
    }

    static async Task ConnectAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" }).ClickAsync();
    }

    static ILocator Button(IPage page) => page.Locator(".wallet-button");
}
