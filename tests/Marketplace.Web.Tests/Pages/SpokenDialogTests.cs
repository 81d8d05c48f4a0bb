using System.Text.Json.Nodes;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>The dialog of an action for who hears it, and for who has no mouse: from its review to its end.</summary>
[Collection(WebCollection.Name)]
public sealed class SpokenDialogTests(SharedWeb shared)
{
    const string Mark = "document.querySelectorAll('dialog [role=status], dialog [role=alert]').forEach(region => { region.marked = true; })";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task EachState_IsSaidInTheSameRegions_AndTheFocusIsNeverLost()
    {
        var market = web.Chain.Market;
        await web.Chain.SendAsync(web.Chain.Owner, market.Stakes.SetCommission(1_000));
        using var holder = await Holders.FundAsync(web.Chain, market, 100);
        var wallet = new TestWallet(AnvilProcess.ChainId, holder) { Client = market.Client };
        await using var context = await web.VisitAsync(wallet);
        var page = await context.NewPageAsync();
        await page.TravelAsync("spoken-dialog", async () =>
        {
            await page.GotoAsync($"/govern?provider={web.Chain.Owner.Address}");
            await WalletSteps.ConnectAsync(page);
            await page.GetByLabel("SPACE to put behind it").FillAsync("10");
            await page.PressByKeyAsync("Review");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await page.EvaluateAsync(Mark);
            await ShouldSayAsync(page, AriaRole.Status, "Your wallet will ask twice:");

            await BeDeclinedAsync(page, wallet);
            await GoThroughAsync(page, wallet);

            await page.PressByKeyAsync("Done");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Review", Exact = true })).ToBeFocusedAsync();
        });
    }

    static async Task BeDeclinedAsync(IPage page, TestWallet wallet)
    {
        wallet.RejectsNext.Add("eth_signTypedData_v4");
        await page.PressByKeyAsync("Continue in the wallet");
        await ShouldSayAsync(page, AriaRole.Alert, "You declined in your wallet.");
        await ShouldSayAsync(page, AriaRole.Status, "");
        await ShouldHaveTheFocusAsync(page);
        await page.PressByKeyAsync("Try again");
        await ShouldSayAsync(page, AriaRole.Status, "Your wallet will ask twice:");
        await ShouldSayAsync(page, AriaRole.Alert, "");
        await ShouldHaveTheFocusAsync(page);
    }

    /// <summary>The wallet's user takes time for each question, and the chain for its block.</summary>
    async Task GoThroughAsync(IPage page, TestWallet wallet)
    {
        var (signing, sending) = (new TaskCompletionSource(), new TaskCompletionSource());
        wallet.Hesitation = signing.Task;
        await page.PressByKeyAsync("Continue in the wallet");
        await ShouldSayAsync(page, AriaRole.Status, "1 of 2: sign the permit in your wallet.");
        await ShouldHaveTheFocusAsync(page);
        wallet.Hesitation = sending.Task;
        signing.SetResult();
        await ShouldSayAsync(page, AriaRole.Status, "2 of 2: confirm the transaction in your wallet.");
        await ShouldHaveTheFocusAsync(page);
        await web.Chain.Market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        try
        {
            sending.SetResult();
            await ShouldSayAsync(page, AriaRole.Status, "Waiting for its block.");
            await ShouldHaveTheFocusAsync(page);
        }
        finally
        {
            await web.Chain.Market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
            await web.Chain.Market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(true)]);
        }
        await ShouldSayAsync(page, AriaRole.Status, "In block");
        await ShouldHaveTheFocusAsync(page);
    }

    /// <summary>In the region that was there from the beginning: another one, made with its text, would not be heard.</summary>
    static async Task ShouldSayAsync(IPage page, AriaRole role, string text)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        var region = role == AriaRole.Status ? dialog.GetByTestId("told-of-action") : dialog.GetByRole(role);
        if (text.Length > 0)
            await Expect(region).ToContainTextAsync(text);
        else
            await Expect(region).ToBeEmptyAsync();
        Assert.True(await region.EvaluateAsync<bool>("region => region.marked === true"));
    }

    /// <summary>The dialog's heading: what had it went away.</summary>
    static Task ShouldHaveTheFocusAsync(IPage page) => Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Heading, new() { Level = 2 })).ToBeFocusedAsync();
}
