using System.Text.RegularExpressions;
using Marketplace.Application.Vaults;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Losses;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Transactions;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A provider declares what it keeps of a file lost: what the file, its agreement and the activity say of it until it is made good.</summary>
public sealed class DeclaredLossTests(JourneyNetwork network) : IClassFixture<JourneyNetwork>
{
    const string Name = "words.txt";

    readonly MemoryVaultHome home = new();

    [Fact]
    public async Task DeclaredLoss_IsSaidOfItsFile_WhichIsStoredAgain_AndOfItsAgreement_UntilItIsPaidAgain()
    {
        var market = await network.OpenMarketAsync();
        await using (var door = new VaultDoor(market, home, new MarketplaceClientOptions(), TimeProvider.System))
            Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), RentingSteps.Passphrase, CancellationToken.None));
        await using var gateway = await network.StartElsewhereAsync(home);
        await using var context = await network.VisitAsync(gateway);
        await new TestWallet(AnvilProcess.ChainId, network.Signer) { Client = network.Client }.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync("losses", async () =>
        {
            await StoredMediaTests.RentAsync(page);
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = Name, MimeType = "text/plain", Buffer = "some words"u8.ToArray() });
            await FinishTransferAsync(page);
            var (agreement, lost) = FindFragment();
            using var owner = await network.OwnerOfAsync(agreement.Provider.ToString());

            await SendAsync(owner, market.Losses.Declare(lost));
            await SeeItLostAsync(page);
            await StoreAgainAsync(page);
            await SendAsync(owner, market.Losses.Declare(lost with { Node = Keccak256.Hash("above several") }));
            await SeeItInDoubtAsync(page);
            await SeeTheAgreementUnpaidAsync(page, lost.Agreement);
            await UntilItsCycleLastsAsync(page, market, lost.Agreement);
            await SendAsync(owner, Cure(market, lost.Agreement));
            await SeeItMadeGoodAsync(page, lost.Agreement);
        });
    }

    /// <summary>One fragment of the file, as its provider would name it.</summary>
    (RentedAgreement Agreement, LostNode Lost) FindFragment() => Read(catalog =>
    {
        var (id, slot) = catalog.ListSlots(catalog.FindLive(NameOf())!.Id)[0];
        var agreement = catalog.FindAgreement(id)!;
        return (agreement, new LostNode(id, agreement.Revision.Number, slot.Root, slot.Leaves));
    });

    /// <summary>By what its consumer signed when the file was stored again.</summary>
    TransactionRequest Cure(Market market, AgreementId id)
    {
        var agreement = Read(catalog => catalog.FindAgreement(id)!);
        var revision = new RevisionInfo(agreement.Revision.Number, agreement.Revision.DataRoot, agreement.Revision.Weight);
        return market.Losses.Cure(id, revision, agreement.ConsumerSignature!.Value.ToArray());
    }

    async Task SeeItLostAsync(IPage page)
    {
        await Expect(page.Locator("tbody .left")).ToHaveTextAsync("11 of 12 left");
        await Expect(page.GetByTestId("endangered")).ToContainTextAsync("1 file has 11 of 12 fragments left, and can lose 7 more fragments.");
        await OpenAsync(page);
        var lies = page.GetByRole(AriaRole.Region, new() { Name = "Where it lies" });
        await Expect(lies).ToContainTextAsync("1 of them is lost: its provider declared it.");
        await page.GetByText("Fragment by fragment").ClickAsync();
        await Expect(lies.GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = new Regex("its provider declared it lost \\(epoch [0-9]+\\)") })).ToHaveCountAsync(1);
        // Its provider answers as before: another has not to be rented first.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Store it again" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Replace" })).ToHaveCountAsync(0);
        await page.LookAsync("file-lost-fragment");
    }

    /// <summary>Its new version has other fragments, of which none was declared lost.</summary>
    static async Task StoreAgainAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Store it again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("It is stored again.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        var lies = page.GetByRole(AriaRole.Region, new() { Name = "Where it lies" });
        await Expect(lies).ToContainTextAsync(new Regex("too new to be proven|were proven since"));
        await Expect(lies).Not.ToContainTextAsync("lost");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("12 of 12 fragments are shown to be there.")).ToBeVisibleAsync();
        await CloseAsync(page);
    }

    /// <summary>What was named is none of the fragments that anybody knows: it may be of any of them.</summary>
    static async Task SeeItInDoubtAsync(IPage page)
    {
        await OpenAsync(page);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Where it lies" })).ToContainTextAsync("1 of them may be lost: its provider declared a loss.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Check now" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Store it again" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Replace" })).ToHaveCountAsync(0);
        await page.LookAsync("file-doubtful-fragment");
        await CloseAsync(page);
    }

    /// <summary>Its provider goes on proving what it has, and is not paid for it.</summary>
    static async Task SeeTheAgreementUnpaidAsync(IPage page, AgreementId agreement)
    {
        await page.GotoAsync("/agreements");
        await page.GetByRole(AriaRole.Button, new() { Name = "one by one" }).ClickAsync();
        await Expect(Row(page, agreement)).ToContainTextAsync("loss declared, not paid");
        await page.GetByRole(AriaRole.Button, new() { Name = $"No. {agreement} in detail" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("of the proven ones (is|are) not paid, since a loss was declared") })).ToBeVisibleAsync(new() { Timeout = 240_000 });
        await Expect(page.GetByTestId("calendar").Locator(".is-unpaid").First).ToHaveAttributeAsync("title", new Regex("proven, not paid since a loss was declared$"));
        await Expect(page.GetByRole(AriaRole.Dialog)).Not.ToContainTextAsync("paid when its billing cycle is settled");
        await page.LookAsync("agreement-unpaid-epochs");
        await CloseAsync(page);
    }

    /// <summary>What is said until the next billing cycle is to be seen: where few epochs are left until then, after it has begun.</summary>
    static async Task UntilItsCycleLastsAsync(IPage page, Market market, AgreementId id)
    {
        var (agreement, now) = ((await market.Agreements.FindAsync(id))!, await market.Parameters.GetCurrentEpochAsync());
        var next = agreement.Start + (agreement.CycleOf(now) + 1) * agreement.BillingCycle;
        if (next.Value - now.Value < 4)
            await Expect(page.Locator(".chain-status strong").First).ToHaveTextAsync($"{next}", new() { Timeout = 120_000 });
    }

    static async Task SeeItMadeGoodAsync(IPage page, AgreementId agreement)
    {
        await Expect(Row(page, agreement)).ToContainTextAsync(new Regex("paid again from epoch [0-9]+"));
        await page.GetByRole(AriaRole.Button, new() { Name = $"No. {agreement} in detail" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Its provider made good what it had declared lost. It is paid again from epoch");
        await page.LookAsync("agreement-paid-again");
        await CloseAsync(page);
        await page.GotoAsync("/activity");
        await Expect(page.GetByText($"The loss in agreement {agreement} was made good: its provider keeps what was signed without it, and is paid again from billing cycle")).ToBeVisibleAsync();
        await page.GotoAsync("/files");
        await OpenAsync(page);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Where it lies" })).ToContainTextAsync("All were proven since", new() { Timeout = 240_000 });
    }

    T Read<T>(Func<CatalogTransaction, T> read)
    {
        using var catalog = CatalogDatabase.Open(home.CatalogFile);
        return catalog.Read(read);
    }

    async Task SendAsync(LocalSigner signer, TransactionRequest request)
    {
        var sender = new TransactionSender(
            network.Client, signer, new NonceTracker(network.Client, AnvilProcess.ChainId, signer.Address, new MemoryNonceStore(), TimeProvider.System),
            new FeeEstimator(network.Client, new FeeEstimatorOptions()), new MemoryTransactionJournal(), new TransactionSenderOptions(), TimeProvider.System);
        await sender.SendAsync(request, "loss");
    }

    static ObjectName NameOf() => ObjectName.TryCreate(Name, out var name, out _) ? name : throw new InvalidOperationException();

    static async Task FinishTransferAsync(IPage page)
    {
        var clear = page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true });
        await clear.ClickAsync(new() { Timeout = 240_000 });
        await Expect(clear).ToHaveCountAsync(0);
    }

    static Task OpenAsync(IPage page) => page.Locator("tbody tr:has(th)").Filter(new() { HasText = Name }).GetByRole(AriaRole.Button).ClickAsync();

    static async Task CloseAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    static ILocator Row(IPage page, AgreementId agreement) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Button, new() { Name = $"No. {agreement} in detail" }) });
}
