using System.Text.RegularExpressions;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Testing;
using Marketplace.Web.Formatting;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>A provider that missed epochs and failed an audit, with a delegator: what its owner, its delegators and everybody see of it. On a chain of its own.</summary>
[Collection(WebCollection.Name)]
public sealed class TroubledProviderTests(SharedWeb shared) : IAsyncLifetime
{
    MarketFixture chain = null!;
    AgreementId agreement;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var (market, listing) = (chain.Market, await chain.ProvideAsync());
        await chain.SendAsync(chain.Owner, market.Stakes.SetCommission(1_000));
        var hundred = TokenAmount.FromTokens(100);
        await chain.SendAsync(chain.Deployer, market.Stakes.Delegate(chain.Owner.Address, hundred, 1_000, 0, await chain.PermitAsync(chain.Deployer, market.Stakes.Address, hundred)));
        agreement = await chain.RentAsync(listing, term: 8);
        var start = (await market.Agreements.FindAsync(agreement))!.Start;
        await MissAsync(start);
        await MissAsync(start + 1);
        await chain.GoToAsync(start + 2);
        await chain.SendAsync(chain.Consumer, market.Registry.SettleMisses(chain.Owner.Address));
        await AuditAsync();
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Owner_SeesWhatItCost_WhoStandsBehindIt_AndWhatNeedsAttention()
    {
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await VisitAsync(gateway.Address, gateway.StartAddress, chain.Owner);
        var page = await context.NewPageAsync();
        await page.TravelAsync("provide-history", async () =>
        {
            await page.GotoAsync("/provide");
            await WalletSteps.ConnectAsync(page);
            var alerts = page.GetByRole(AriaRole.List, new() { Name = "What needs your attention" });
            await Expect(alerts).ToContainTextAsync(new Regex("Audit 1 of agreement 1 wants an answer until .*UTC.\\(in.[0-9]"));
            await Expect(alerts).ToContainTextAsync("Your node does not answer as it should");
            await Expect(alerts).ToContainTextAsync("2 epochs in a row were not proven");
            await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^The last [0-9]+ epochs: 2 missed") })).ToBeVisibleAsync();
            await ProviderTests.TurnAsync(page, "Delegators");
            var behind = page.GetByRole(AriaRole.Region, new() { Name = "Your delegators" });
            await Expect(behind).ToContainTextAsync("99.3333\u00A0SPACE");
            await Expect(behind).ToContainTextAsync("−0.6667\u00A0SPACE");
            await page.LookAsync("provide-delegators");
            await SeeItsSpaceAsync(page);
            await ProviderTests.TurnAsync(page, "What went wrong");
            var wrong = page.GetByRole(AriaRole.Region, new() { Name = "List of incidents" });
            await Expect(wrong.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
            await Expect(wrong).ToContainTextAsync("2 epochs up to");
            await Expect(wrong).ToContainTextAsync("1.3333\u00A0SPACE");
            await Expect(wrong).ToContainTextAsync("0.6667\u00A0SPACE");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Audits of what you keep" })).ToContainTextAsync(new Regex("Waits for its answer until .*UTC.\\(in.[0-9]"));
            await SeeAMissThatNobodyCountedAsync(page, wrong);
            await page.LookAsync("provide-history");

            await chain.GoToAsync(await chain.EpochAsync() + 2);
            await chain.SendAsync(chain.Consumer, chain.Market.Audits.Conclude(new AuditId(1)));

            await Expect(wrong).ToContainTextAsync("Audit 1 of agreement 1 was not answered");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Audits of what you keep" })).ToContainTextAsync("Not answered: slashed, and the agreement is void");
            await SeeAnOfferForOneAsync(page);
        });
    }

    /// <summary>From the chain's events: ten GiB were rented out, of which nothing was ever stored.</summary>
    static async Task SeeItsSpaceAsync(IPage page)
    {
        await ProviderTests.TurnAsync(page, "Earnings");
        await Expect(page.GetByText("Nothing was earned in the last 30 days.")).ToBeVisibleAsync();
        var space = page.GetByRole(AriaRole.Region, new() { Name = "Space over time" });
        await Expect(space.GetByRole(AriaRole.Img, new() { Name = "10\u00A0GiB are rented out now, and the newest checkpoint holds nothing." })).ToBeVisibleAsync();
        await Expect(space.Locator(".chart-top")).ToHaveTextAsync("10\u00A0GiB");
        await space.GetByText("The same as a table").ClickAsync();
        var rows = space.GetByRole(AriaRole.Region, new() { Name = "Space as a table" }).Locator("tbody").GetByRole(AriaRole.Row);
        await Expect(rows.First).ToContainTextAsync("10\u00A0GiB");
        await Expect(rows.Last).ToContainTextAsync("0\u00A0B");
        await page.LookAsync("provide-space");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "How much of the past" }).GetByRole(AriaRole.Link, new() { Name = "7 days" }).ClickAsync();
        await Expect(page.GetByText("Nothing was earned in the last 7 days.")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("days=7"));
    }

    /// <summary>Told, and left out of what is the owner's, before anybody touches the provider.</summary>
    async Task SeeAMissThatNobodyCountedAsync(IPage page, ILocator wrong)
    {
        var epoch = await chain.EpochAsync() + 1;
        await MissAsync(epoch);
        await chain.GoToAsync(epoch + 1);
        await Expect(wrong).ToContainTextAsync("1 epoch was not proven");
        await Expect(wrong).ToContainTextAsync("not accounted for yet");
        await Expect(wrong.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await ProviderTests.TurnAsync(page, "Now");
        await Expect(page.GetByTestId("stake")).ToHaveTextAsync("197.9999\u00A0SPACE");
        // 10 tokens an epoch for the four that are left, less the fee of 2 %.
        await Expect(page.GetByTestId("still-to-come")).ToHaveTextAsync("39.2\u00A0SPACE");
        await ProviderTests.TurnAsync(page, "What went wrong");
    }

    async Task SeeAnOfferForOneAsync(IPage page)
    {
        await ProviderTests.TurnAsync(page, "Offers");
        var only = page.GetByText($"open to {Texts.Short(chain.Consumer.Address)} alone");
        await Expect(page.GetByText("50\u00A0GiB left")).ToBeVisibleAsync();
        await Expect(only).ToHaveCountAsync(0);

        await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(MarketFixture.Terms with { Available = new GiB(7), OnlyFor = chain.Consumer.Address }));

        await Expect(only).ToBeVisibleAsync();
        await page.LookAsync("provide-offer-for-one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change offer 2" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review the change" }).ClickAsync();
        await Expect(page.GetByText($"for 1 to 100 epochs, to {Texts.Short(chain.Consumer.Address)} alone.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Consumer_SeesADeclaredLoss_AtItsAgreement_AndInItsActivity()
    {
        await chain.SendAsync(chain.Operator, chain.Market.Losses.Declare(new LostNode(agreement, 1, Keccak256.Hash("lost"), 3)));
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await VisitAsync(gateway.Address, gateway.StartAddress, chain.Consumer);
        var page = await context.NewPageAsync();
        await page.TravelAsync("declared-loss", async () =>
        {
            await page.GotoAsync("/agreements");
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Agreements" })).ToContainTextAsync("loss declared, not paid");
            await page.GetByRole(AriaRole.Button, new() { Name = "No. 1 in detail" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Its provider declared that part of what it keeps here is lost.");
            await page.LookAsync("agreement-with-a-loss");
            await page.GotoAsync("/activity");
            await Expect(page.GetByText("declared that part of what it keeps in agreement 1 is lost")).ToBeVisibleAsync();
            await page.GotoAsync($"/providers/{chain.Owner.Address}");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Track record" })).ToContainTextAsync("Slashed so far");
        });
    }

    [Fact]
    public async Task Holder_SeesWhatStakeBroughtThere_AndEverybodyTheMarketsHistory()
    {
        await using var gateway = await WebFixture.StartGatewayAsync(chain);
        await using var context = await VisitAsync(gateway.Address, gateway.StartAddress, chain.Deployer);
        var page = await context.NewPageAsync();
        await page.TravelAsync("yields", async () =>
        {
            await page.GotoAsync("/govern");
            await WalletSteps.ConnectAsync(page);
            var open = page.GetByRole(AriaRole.Region, new() { Name = "Providers that take stake" });
            await Expect(open).ToContainTextAsync("−0.67\u00A0%");
            await Expect(open).ToContainTextAsync("slashes took 0.67\u00A0%");
            await open.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(page.GetByLabel("Provider’s account")).ToHaveValueAsync(chain.Owner.Address.ToString());
            await Expect(page.GetByLabel("SPACE to put behind it")).ToBeFocusedAsync();
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = $"You chose {Texts.Short(chain.Owner.Address)}." })).ToBeVisibleAsync();

            await page.GotoAsync("/network");
            await Expect(page.GetByTestId("offering")).ToContainTextAsync("1 of them has an open offer");
            await Expect(page.GetByTestId("providers")).ToHaveTextAsync("1");
            // 298 tokens cover 149 GiB at 2 each; 40 are offered.
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Space", Exact = true })).ToContainTextAsync("40\u00A0GiBon offer and covered by stakes");
            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "43\u202F200 SPACE are asked now; 43\u202F200 were agreed last." })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "10\u00A0GiB are rented now, and 40\u00A0GiB are on offer." })).ToBeVisibleAsync();

            var time = page.GetByRole(AriaRole.Navigation, new() { Name = "How much of the past" });
            await Expect(time.GetByRole(AriaRole.Link, new() { Name = "30 days" })).ToHaveAttributeAsync("aria-current", "true");
            await time.GetByRole(AriaRole.Link, new() { Name = "All" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("days=all"));
            await Expect(time.GetByRole(AriaRole.Link, new() { Name = "All" })).ToHaveAttributeAsync("aria-current", "true");
            await Expect(page.GetByText("when the market began")).ToBeVisibleAsync();
            await page.LookAsync("network-history");
            Assert.True(await page.EvaluateAsync<bool>(
                """
                [...document.querySelectorAll(".chart:has(.chart-dates)")].every((chart) => {
                  const [plot, last, keys] = [chart.querySelector("svg"), chart.querySelector(".chart-dates span:last-child"), chart.querySelector(".chart-keys")].map((part) => part.getBoundingClientRect());
                  return Math.abs(plot.right - last.right) < 1 && keys.top >= last.bottom;
                })
                """), "The dates are beneath the ends of what is drawn, and what the lines mean beneath them.");

            // The provider had to prove both epochs that it missed.
            var proofs = page.GetByRole(AriaRole.Region, new() { Name = "Proofs by epoch", Exact = true });
            await Expect(proofs.GetByRole(AriaRole.Img, new() { Name = "0 of 1 provider that had to prove epoch 3 did." })).ToBeVisibleAsync();
            await proofs.GetByText("The same as a table").ClickAsync();
            await Expect(proofs.GetByRole(AriaRole.Row).Filter(new() { HasText = "0 of 1" })).ToHaveCountAsync(2);
            await Expect(proofs.GetByRole(AriaRole.Row).Filter(new() { HasText = "nobody had to" })).ToHaveCountAsync(2);

            // A block changes it while the page is open.
            await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(MarketFixture.Terms with { Price = TokenAmount.FromTokens(3), Available = new GiB(7) }));

            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "10\u00A0GiB are rented now, and 47\u00A0GiB are on offer." })).ToBeVisibleAsync();

            // Who registers and offers nothing counts as what it is.
            await chain.SendAsync(chain.Deployer, chain.Market.Registry.Register(chain.Particulars with { Operator = chain.Consumer.Address }));
            await Expect(page.GetByTestId("providers")).ToHaveTextAsync("2");
            await Expect(page.GetByTestId("offering")).ToContainTextAsync("1 of them has an open offer");

            await SeeAMarketWithoutOffersAsync(page);
        });
    }

    /// <summary>Said as that, with what a provider can do, and not as so many noughts.</summary>
    async Task SeeAMarketWithoutOffersAsync(IPage page)
    {
        foreach (var listing in new ulong[] { 1, 2 })
            await chain.SendAsync(chain.Owner, chain.Market.Listings.Withdraw(new ListingId(listing)));
        await Expect(page.GetByTestId("offering")).ToHaveTextAsync("None of them has an open offer.");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Price", Exact = true })).ToContainTextAsync("None yet");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "offer the first" })).ToHaveAttributeAsync("href", "/provide");
        await page.GotoAsync("/market");
        await Expect(page.GetByText("Nobody offers space yet.")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("summary")).ToHaveTextAsync("");
        await page.LookAsync("market-empty");
        await page.GetByRole(AriaRole.Link, new() { Name = "Offer the first space" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/provide$"));
    }

    async Task<IBrowserContext> VisitAsync(Uri address, Uri start, LocalSigner signer)
    {
        var context = await Look.All[0].OpenAsync(shared.Web.Browser, address, start);
        await new TestWallet(AnvilProcess.ChainId, signer) { Client = chain.Market.Client }.InstallAsync(context);
        return context;
    }

    /// <summary>Sealed, and not proven.</summary>
    async Task MissAsync(Epoch epoch)
    {
        await chain.GoToAsync(epoch);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.SealEpoch());
    }

    async Task AuditAsync()
    {
        var revision = new RevisionInfo(1, Keccak256.Hash("contents"), 4);
        var digest = await chain.Market.Agreements.GetRevisionDigestAsync(agreement, revision.Number, revision.DataRoot, revision.Weight);
        var permit = await chain.PermitAsync(chain.Consumer, chain.Market.Escrow.Address, MarketFixture.Parameters.AuditBond);
        await chain.SendAsync(chain.Consumer, chain.Market.Audits.Demand(
            agreement, revision, (await chain.Consumer.SignDigestAsync(digest)).ToArray(), (await chain.Operator.SignDigestAsync(digest)).ToArray(), 3, permit));
    }
}
