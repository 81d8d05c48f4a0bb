using Google.Protobuf;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Testing;
using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Agreements;

/// <summary>Agreements that are extended and ended: what is typed is what is asked for, and what is at stake is said before.</summary>
[Collection(WebCollection.Name)]
public sealed class AgreementDialogsTests(SharedWeb shared)
{
    const ulong Term = 40;

    /// <summary>Of twelve fragments of each file.</summary>
    const int Rented = 5;

    const string Notice = "\u00A0SPACE are yours to take out at once; what is left pays its notice of 1 epoch, until ";

    static readonly CodingScheme Coding = CodingScheme.Small;

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task Agreement_IsExtendedByWhatWasTyped_AndEndedOnceItIsSaidWhatThatLeaves()
    {
        await using var chain = await MarketFixture.StartAsync();
        var listing = await chain.ProvideAsync();
        var agreements = new List<AgreementId>();
        for (var i = 0; i < Rented; i++)
            agreements.Add(await chain.RentAsync(listing, Term));
        var vault = await MadeVault.MakeAsync(web, change => Fill(change, agreements));
        await using var gateway = await WebFixture.StartGatewayAsync(chain, home: vault.Home);
        var wallet = new TestWallet(AnvilProcess.ChainId, chain.Consumer) { Client = chain.Market.Client };
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        await wallet.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync("agreement-dialogs", async () =>
        {
            await page.GotoAsync("/agreements");
            await WalletSteps.ConnectAsync(page);
            await ExtendAsync(page);
            await EndAsync(page, agreements[0], "all that it holds, are yours to take out at once; it ends on", "The vault is not open: which of your files lie there, and how they do without it, is not known.");
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();

            await chain.GoToAsync((await chain.EpochAsync()) + 4);
            await MadeVault.OpenAsync(page);
            await Expect(page.GetByText("a.txt")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Agreements" }).First.ClickAsync();
            await SeeWhatTwoLeaveAsync(page);
            await EndAsync(page, agreements[0], Notice, "2 files then have 4 of 12 fragments; any 4 bring them back. Store them again before more are lost.");
            await page.LookAsync("agreements-end");
            await WalletSteps.ContinueAsync(page);
            await WalletSteps.FinishAsync(page);
            await EndAsync(page, agreements[1], Notice, "2 files cannot be brought back then: they have 3 of 12 fragments, and it takes 4.", isLoss: true);
            await page.LookAsync("agreements-end-loss");
        });
    }

    /// <summary>What makes no sense is not asked for as something else.</summary>
    static async Task ExtendAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Extend agreement 1" }).ClickAsync();
        var (time, space) = (page.GetByLabel("Add", new() { Exact = true }), page.GetByLabel("GiB more"));
        foreach (var typed in new[] { "1.5", "1001", "" })
        {
            await time.FillAsync(typed);
            await space.FillAsync("9999999");
            await AskAsync(page);
            await Expect(page.GetByText("A whole number, 0 to 1\u202F000.")).ToBeVisibleAsync();
            await Expect(page.GetByText("A whole number, 0 to 1\u202F048\u202F576.")).ToBeVisibleAsync();
            await Expect(time).ToHaveValueAsync(typed);
        }
        await page.LookAsync("agreements-extend-refused");
        await time.FillAsync("0");
        await space.FillAsync("0");
        await AskAsync(page);
        await Expect(page.GetByText("Add time, or space, or both.")).ToBeVisibleAsync();
        await time.FillAsync("1");
        await AskAsync(page);
        await Expect(page.GetByTestId("summary-of-action")).ToHaveTextAsync(
            new System.Text.RegularExpressions.Regex("^You extend agreement 1 to 10\u00A0GiB until [0-9]+ [A-Z][a-z]+ 20[0-9]+, [0-9:]+\u00A0UTC, the end of epoch [0-9]+, for at most"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
    }

    /// <summary>Each alone would leave enough.</summary>
    static async Task SeeWhatTwoLeaveAsync(IPage page)
    {
        foreach (var id in new[] { 1, 2 })
            await page.GetByLabel($"Choose agreement {id}").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "End chosen", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync("You end 2 agreements. About ");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("2 files cannot be brought back then: they have 3 of 12 fragments, and it takes 4.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose none" }).ClickAsync();
    }

    static Task AskAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "See what it costs" }).ClickAsync();

    static async Task EndAsync(IPage page, AgreementId agreement, string back, string files, bool isLoss = false)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"End agreement {agreement}", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync($"You end agreement {agreement}. About ");
        await Expect(page.GetByTestId("summary-of-action")).ToContainTextAsync(back);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(files);
        var go = page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" });
        await Expect(go).ToHaveClassAsync(new System.Text.RegularExpressions.Regex(isLoss ? "button-destroy" : "button-primary"));
    }

    /// <summary>Two files, of whose twelve fragments some lie in agreements that there are, and the rest in ones that the chain does not know.</summary>
    static void Fill(CatalogTransaction change, List<AgreementId> agreements)
    {
        foreach (var agreement in agreements)
            MadeVault.AddAgreement(change, agreement, (byte)agreement.Value);
        uint slot = 0;
        foreach (var name in new[] { "a.txt", "b.txt" })
        {
            var version = change.AddLive(MadeVault.Name(name), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, ManifestOf(agreements));
            foreach (var agreement in agreements)
                change.FillSlot(agreement, new StoredSlot(slot, new Hash256(Enumerable.Repeat((byte)(slot + 1), 32).ToArray()), 1, version));
            slot++;
        }
    }

    static byte[] ManifestOf(List<AgreementId> agreements)
    {
        var layout = new ObjectLayout(1, Coding, 1 << 20);
        return ManifestCodec.Write(new ObjectManifest
        {
            ObjectId = ByteString.CopyFrom(new byte[16]),
            Number = 1,
            Layout = layout,
            WrappedKey = ByteString.CopyFrom(new byte[60]),
            Commitment = ByteString.CopyFrom(new byte[32]),
            Roots = [.. Enumerable.Range(0, layout.Segments).Select(_ => Enumerable.Repeat(Hash256.Zero, Coding.TotalFragments).ToList())],
            Placements = [.. Enumerable.Range(0, Coding.TotalFragments).Select(index =>
                new Placement(index < agreements.Count ? agreements[index] : new AgreementId((UInt128)(2_000_000 + (uint)index)), new Address(new byte[20])))],
        }, PrivateKey.Create());
    }
}
