using System.Text.RegularExpressions;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Agreements;

/// <summary>What was rented together is extended and ended together, with one transaction, and whoever rents is told before it ends.</summary>
[Collection(WebCollection.Name)]
public sealed class RentalTests(SharedWeb shared)
{
    const int Rented = 4;

    const ulong Space = 2, Term = 40;

    [Fact]
    public async Task Rental_IsExtendedAndEndedWithOneTransaction_AndWhatCannotBeIsLeftOut()
    {
        await using var chain = await MarketFixture.StartAsync();
        var ids = await RentAsync(chain);
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(ids[1]));
        await VisitAsync(chain, "rental", async (page, wallet) =>
        {
            await page.GotoAsync("/agreements");
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByText("3 of 4 run")).ToBeVisibleAsync();
            await page.LookAsync("agreements-rental");
            await ExtendAsync(page, wallet);
            var extended = await chain.Market.Agreements.GetManyAsync(ids);
            Assert.Equal([60UL, 0, 60, 60], extended.Select(agreement => agreement.Term > Term ? agreement.Term - Term : 0));

            await EndChosenAsync(page, wallet);
            await EndAllAsync(page, wallet);
            var ended = await chain.Market.Agreements.GetManyAsync(ids);
            Assert.All(ended, agreement => Assert.Equal(AgreementState.Terminated, agreement.State));
            await page.GotoAsync("/activity");
            await Expect(page.GetByText("3 agreements were extended: 360\u00A0SPACE into escrow")).ToBeVisibleAsync();
            await Expect(page.GetByText(new Regex("^2 agreements were ended early; [0-9]+\u00A0SPACE went back$"))).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task EndThatIsNear_IsToldOnTheFirstPage_AndLeadsToExtendingAllOfIt()
    {
        await using var chain = await MarketFixture.StartAsync();
        var ids = await RentAsync(chain);
        var end = (await chain.Market.Agreements.FindAsync(ids[0]))!.End;
        await VisitAsync(chain, "ending-soon", async (page, wallet) =>
        {
            await page.GotoAsync("/");
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByTestId("balance")).ToContainTextAsync("SPACE");
            await Expect(page.GetByTestId("ending-soon")).ToHaveCountAsync(0);
            await chain.GoToAsync(new Epoch(end.Value - 3));
            await Expect(page.GetByTestId("ending-soon")).ToContainTextAsync(new Regex("4 agreements end, the first\\s+on .*UTC.\\(in.[0-9]"));
            // Nothing of it was ever proven.
            await Expect(page.GetByTestId("endangered")).ToContainTextAsync("A provider that you rent from lacks a proof that was due.");
            await Expect(page.GetByTestId("own-escrow")).ToHaveTextAsync("320\u00A0SPACE");
            await Expect(page.GetByTestId("own-earnings")).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Held for you in escrow" })).ToContainTextAsync(new Regex("for 8\u00A0GiB in 4 agreements. The next end is on .*UTC"));
            await page.LookAsync("overview-ending-soon");

            await page.GetByRole(AriaRole.Link, new() { Name = "Extend all" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "See what it costs" }).ClickAsync();
            await WalletSteps.DoAsync(page, "You extend 4 agreements with 1 provider to 8\u00A0GiB in all until ", "twice");
            await Expect(page.GetByTestId("ending-soon")).ToHaveCountAsync(0);
            await Expect(page).ToHaveURLAsync(new Regex("/agreements$"));
            Assert.Equal(1, wallet.Asked.Count(method => method == "eth_sendTransaction"));
        });
    }

    [Fact]
    public async Task AnswerOfAProvider_IsHeardOnTheFirstPage_WithItsBlock()
    {
        await using var chain = await MarketFixture.StartAsync();
        var ids = await RentAsync(chain, MarketFixture.Terms with { AutoAccept = false });
        await chain.SendAsync(chain.Owner, chain.Market.Agreements.Accept(ids[0]));
        await VisitAsync(chain, "answer", async (page, _) =>
        {
            await page.GotoAsync("/");
            await WalletSteps.ConnectAsync(page);
            var escrow = page.GetByRole(AriaRole.Region, new() { Name = "Held for you in escrow" });
            // A minute that has just begun: no other epoch tells of the answer.
            await chain.GoToAsync(new Epoch((await chain.EpochAsync()).Value + 1));
            await Expect(escrow).ToContainTextAsync("3 requests are not answered yet.");
            await chain.SendAsync(chain.Owner, chain.Market.Agreements.Accept(ids[1]));
            await Expect(escrow).ToContainTextAsync("for 4\u00A0GiB in 2 agreements.");
            await Expect(escrow).ToContainTextAsync("2 requests are not answered yet.");
        });
    }

    static async Task ExtendAsync(IPage page, TestWallet wallet)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Extend all of rental 1–4" }).ClickAsync();
        await page.LookAsync("agreements-extend-rental");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it costs" }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToHaveTextAsync(new Regex(
            "^You extend 3 agreements with 1 provider to 6\u00A0GiB in all until .+, the end of epoch [0-9]+, for at most 360\u00A0SPACE\\.$"));
        await Expect(page.GetByTestId("left-out")).ToHaveTextAsync("No. 2: It was ended early.");
        await Expect(page.GetByText("to sign a permit for 360\u00A0SPACE")).ToBeVisibleAsync();
        await page.LookAsync("agreements-extend-rental-review");
        await WalletSteps.DoAsync(page, "You extend 3 agreements", "twice");
        Assert.Equal(["eth_signTypedData_v4", "eth_sendTransaction"], wallet.Asked.Where(method => method is "eth_signTypedData_v4" or "eth_sendTransaction"));
    }

    static async Task EndChosenAsync(IPage page, TestWallet wallet)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "No. 1–4 one by one" }).ClickAsync();
        await Expect(page.Locator("tbody tr:has(th)")).ToHaveCountAsync(1 + Rented);
        foreach (var id in new[] { 1, 3 })
            await page.GetByLabel($"Choose agreement {id}").CheckAsync();
        await Expect(page.GetByText("2 agreements are chosen.")).ToBeVisibleAsync();
        await page.LookAsync("agreements-chosen");
        await page.GetByRole(AriaRole.Button, new() { Name = "End chosen", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The vault is not open");
        await WalletSteps.DoAsync(page, "You end 2 agreements. About ");
        Assert.Equal(2, wallet.Asked.Count(method => method == "eth_sendTransaction"));
        await Expect(page.GetByText("1 of 4 run")).ToBeVisibleAsync();
        await Expect(page.GetByText("2 agreements are chosen.")).ToHaveCountAsync(0);
    }

    /// <summary>Of which one is left.</summary>
    static async Task EndAllAsync(IPage page, TestWallet wallet)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "End all of rental 1–4", Exact = true }).ClickAsync();
        await Expect(page.GetByText("3 agreements are left out.")).ToBeVisibleAsync();
        await page.LookAsync("agreements-end-rental");
        await WalletSteps.DoAsync(page, "You end agreement 4. About ");
        Assert.Equal(3, wallet.Asked.Count(method => method == "eth_sendTransaction"));
        await Expect(page.GetByText("none runs")).ToBeVisibleAsync();
    }

    static async Task<IReadOnlyList<AgreementId>> RentAsync(MarketFixture chain, ListingTerms? terms = null)
    {
        var listing = await chain.ProvideAsync();
        if (terms is not null)
            listing = chain.Market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(terms)));
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(2_000)));
        var deposit = MarketFixture.Terms.Price * Space * Term;
        var permit = await chain.PermitAsync(chain.Consumer, chain.Market.Escrow.Address, deposit * Rented);
        var request = new AgreementRequest(listing, new GiB(Space), Term, chain.Consumer.Address, deposit, TokenAmount.Zero);
        return chain.Market.Agreements.ReadOpened(
            await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Open([.. Enumerable.Repeat(request, Rented)], permit)));
    }

    async Task VisitAsync(MarketFixture chain, string name, Func<IPage, TestWallet, Task> journey)
    {
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        var wallet = new TestWallet(AnvilProcess.ChainId, chain.Consumer) { Client = chain.Market.Client };
        await using var context = await Look.All[0].OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        await wallet.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync(name, () => journey(page, wallet));
    }
}
