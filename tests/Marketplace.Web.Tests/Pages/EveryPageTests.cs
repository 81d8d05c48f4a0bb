using System.Text.RegularExpressions;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>What holds for every page, in every look.</summary>
[Collection(WebCollection.Name)]
public sealed class EveryPageTests(SharedWeb shared)
{
    static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/"), ("market-small", "/market"), ("provider", "/providers/0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"), ("provide-closed", "/provide"), ("govern-closed", "/govern"), ("propose-closed", "/govern/propose"), ("network-small", "/network"), ("activity-market", "/activity"), ("activity-closed", "/activity?of=account"),
        ("rent-nonsense", "/rent?gib=nonsense&for=-1&unit=%3Cb%3E"), ("vault", "/files"), ("agreements-closed", "/agreements?all=perhaps"), ("not-found", "/nowhere"), ("vault-closed", "/vault"),
    ];

    const string Unanswered = "The chain does not answer. This goes on by itself once it does.";

    readonly WebFixture web = shared.Web;

    public static TheoryData<string, string, string> Looks
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var page in Pages)
                foreach (var look in Look.All)
                    data.Add(page.Name, page.Path, look.Name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Page_IsAccessible_Fits_AndAsksNoOtherHost(string name, string path, string lookName)
    {
        var look = Look.All.Single(candidate => candidate.Name == lookName);
        var wallet = new TestWallet(AnvilProcess.ChainId, web.Chain.Consumer);
        await using var context = await web.VisitAsync(wallet, look);
        var page = await context.NewPageAsync();
        var elsewhere = new List<string>();
        var complaints = new List<string>();
        var fonts = new HashSet<string>(StringComparer.Ordinal);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(web.Gateway.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                elsewhere.Add(request.Url);
            if (request.Url.Contains("/assets/fonts/", StringComparison.Ordinal))
                fonts.Add(request.Url);
        };
        // Breaches of the content security policy arrive here, and so do failed scripts.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, fault) => complaints.Add(fault);

        await page.GotoAsync(path);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
        await Expect(page.GetByText("Epoch").First).ToBeVisibleAsync();
        await Expect(page.Locator("main .spinner")).ToHaveCountAsync(0);

        await page.ShootAsync(name, look);
        await page.ShouldFitAsync();
        await page.ShouldBeAccessibleAsync();
        Assert.Empty(elsewhere);
        Assert.Empty(complaints);
        // What is asked for ahead is what the styles ask for.
        Assert.Single(fonts);
    }

    /// <summary>Between a phone and a wide screen: none is behind a button, and none costs the content its width.</summary>
    [Theory]
    [InlineData(641)]
    [InlineData(820)]
    [InlineData(1000)]
    public async Task PagesStandInARow_AboveTheContent(int width)
    {
        await using var context = await web.VisitAsync(look: new Look("row", width, 900, IsDark: false));
        var page = await context.NewPageAsync();
        await page.GotoAsync("/market");
        var nav = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await Expect(nav.GetByRole(AriaRole.Link)).ToHaveCountAsync(9);
        foreach (var link in await nav.GetByRole(AriaRole.Link).AllAsync())
            await Expect(link).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(nav.GetByRole(AriaRole.Button)).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('.side-nav').getBoundingClientRect().bottom <= document.querySelector('main').getBoundingClientRect().top"));
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('main').getBoundingClientRect().width === innerWidth"));
        await page.ShouldFitAsync();
    }

    [Fact]
    public async Task DialogOfWallets_IsAccessible()
    {
        var wallet = new TestWallet(1, web.Chain.Consumer, web.Chain.Operator);
        foreach (var look in Look.All)
        {
            await using var context = await web.VisitAsync(look == Look.All[0] ? wallet : new TestWallet(1, web.Chain.Consumer, web.Chain.Operator), look);
            var page = await context.NewPageAsync();
            await page.GotoAsync("/");
            await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
            var choice = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Test Wallet" });
            await Expect(choice).ToBeVisibleAsync();
            await page.ShootAsync("wallet-choice", look);
            await page.ShouldBeAccessibleAsync();
            await choice.ClickAsync();
            await Expect(page.GetByText("is on another network.")).ToBeVisibleAsync();
            await page.ShootAsync("wrong-network", look);
            await page.ShouldFitAsync();
            await page.ShouldBeAccessibleAsync();
        }
    }

    [Fact]
    public async Task Theme_IsChosen_AndThereAtTheFirstPaintOfTheNextVisit()
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" })).ToBeEnabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "The system's theme; change to light" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Light theme; change to dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        var answer = await page.ReloadAsync();

        Assert.Contains("data-theme=\"dark\"", await answer!.TextAsync(), StringComparison.Ordinal);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Dark theme; change to the system's" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ChainThatGoesAway_IsSaid_AndComesBack()
    {
        await using var context = await web.VisitAsync(new TestWallet(AnvilProcess.ChainId, web.Chain.Consumer));
        var page = await context.NewPageAsync();
        await page.GotoAsync("/network");
        await web.Chain.MineAsync();
        await Expect(page.Locator(".chain-status")).ToContainTextAsync("Block");
        await WalletSteps.ConnectAsync(page);
        var old = page.GetByTestId("as-of");
        var without = await context.NewPageAsync();
        try
        {
            await web.Chain.Endpoint.StopAsync();
            await Expect(page.Locator(".chain-status")).ToContainTextAsync("Chain not reached since");
            await Expect(old).ToContainTextAsync(new Regex(@"as of \d\d:\d\d"));
            await page.LookAsync("chain-away");
            // A page that has nothing yet does not say that it reads.
            await without.GotoAsync("/activity");
            await Expect(without.GetByText(Unanswered)).ToBeVisibleAsync();
            await without.GotoAsync("/govern");
            await Expect(without.GetByText(Unanswered).First).ToBeVisibleAsync();
            await without.LookAsync("chain-away-govern");
        }
        finally
        {
            web.Chain.Endpoint.Start();
        }
        await web.Chain.MineAsync();
        await Expect(page.Locator(".chain-status")).ToContainTextAsync("Block");
        await Expect(old).ToHaveCountAsync(0);
        await Expect(without.GetByText(Unanswered)).ToHaveCountAsync(0);
        await Expect(without.GetByTestId("balance")).ToBeVisibleAsync();
    }
}
