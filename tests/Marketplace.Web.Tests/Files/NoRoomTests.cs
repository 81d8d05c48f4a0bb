using Marketplace.Application.Vaults;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>A file that finds no room, in a vault that keeps earlier versions.</summary>
[Collection(WebCollection.Name)]
public sealed class NoRoomTests(SharedWeb shared)
{
    const string Passphrase = "a passphrase of the user's";

    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task FileWithoutRoom_SaysWhatWouldBeFreed_WhereItIsRefused_AndIsTriedAgain()
    {
        var home = new MemoryVaultHome();
        await FillAsync(home);
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, home: home);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await page.TravelAsync("no-room", async () =>
        {
            await page.GotoAsync("/files");
            await page.GetByLabel("Passphrase").FillAsync(Passphrase);
            await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
            await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "new.txt", MimeType = "text/plain", Buffer = new byte[800_000] });

            await Expect(page.GetByText("finds no room")).ToBeVisibleAsync();
            await Expect(page.GetByText("pruning them makes room")).ToBeVisibleAsync();
            await page.LookAsync("files-no-room");
            // 0.8 MB as 3.3 times as much: what was removed first, and not more.
            await page.GetByRole(AriaRole.Button, new() { Name = "Free 3" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("2 earlier versions and removed files are deleted for good");
            await page.LookAsync("files-room");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete them for good" }).ClickAsync();

            // It was tried again: nobody of these providers is there, so that the rest would have to go too.
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Free 1" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancel new.txt" }).ClickAsync();
            await Expect(page.GetByText("given up")).ToBeVisibleAsync();
            await Expect(page.GetByText("This machine alone knows of the newest changes.")).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(page.GetByText("1 earlier version")).ToBeVisibleAsync();
        });
    }

    /// <summary>Twelve providers that nobody can reach, and three removed files of two, one and one MiB at them, by age.</summary>
    async Task FillAsync(MemoryVaultHome home)
    {
        await using (var door = new VaultDoor(web.Chain.Market, home, new MarketplaceClientOptions(), TimeProvider.System))
            Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), Passphrase, CancellationToken.None));
        using var catalog = CatalogDatabase.Open(home.CatalogFile);
        Assert.True(Signature.TryRead([.. Enumerable.Repeat((byte)1, 64), 27], out var signature));
        catalog.Write(change =>
        {
            for (var i = 1; i <= 12; i++)
            {
                var owner = new byte[20];
                owner[0] = (byte)i;
                change.SaveTerms(new AgreementId((UInt128)(1_000_000 + i)), new Address(owner), new GiB(1), new Epoch(ulong.MaxValue >> 8));
                // Agreements that the chain does not know are forgotten, unless something was stored in them.
                change.SaveRevision(new CountersignedRevision(new Revision(new AgreementId((UInt128)(1_000_000 + i)), 1, Hash256.Zero, 0), signature, signature), DateTimeOffset.UtcNow);
            }
            for (var i = 0; i < 3; i++)
            {
                Assert.True(ObjectName.TryCreate($"removed {i}", out var name, out _));
                var version = change.AddKept(name, 1, 1 << 20, DateTimeOffset.UtcNow.AddDays(-2), new byte[500], DateTimeOffset.UtcNow.AddDays(-1).AddHours(i));
                change.FillSlot(new AgreementId((UInt128)1_000_001), new StoredSlot((uint)i, new Hash256(Enumerable.Repeat((byte)(i + 1), 32).ToArray()), i == 0 ? 2_048u : 1_024u, version));
            }
        });
    }
}
