using Google.Protobuf;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Chain;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Files;

/// <summary>A vault whose list of files is written by a test: nobody has to store them.</summary>
sealed class MadeVault
{
    const string Passphrase = "a passphrase of the user's";

    const uint FirstAgreement = 1_000_001;

    const int SegmentSize = 1 << 20;

    MadeVault()
    {
    }

    public MemoryVaultHome Home { get; } = new();

    /// <summary>A vault with what is written into its catalog.</summary>
    public static async Task<MadeVault> MakeAsync(WebFixture web, Action<CatalogTransaction> write)
    {
        var vault = new MadeVault();
        await using (var door = new VaultDoor(web.Chain.Market, vault.Home, new MarketplaceClientOptions(), TimeProvider.System))
            Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), Passphrase, CancellationToken.None));
        vault.Write(write);
        return vault;
    }

    /// <summary>Takes a journey that begins with such a vault, just opened on the files' page.</summary>
    /// <param name="web">Where.</param>
    /// <param name="name">The journey's.</param>
    /// <param name="write">What is in it.</param>
    /// <param name="journey">From the opening on.</param>
    /// <param name="market">As its gateway sees it; null for the fixture's own.</param>
    /// <param name="transfers">How much may be on its way into it; null for the usual.</param>
    /// <param name="delay">Of the line to its gateway, one way; null for none.</param>
    public static async Task TravelAsync(
        WebFixture web, string name, Action<CatalogTransaction> write, Func<IPage, Task> journey, Market? market = null, TransferLimits? transfers = null, TimeSpan? delay = null)
    {
        await TravelAsync(web, name, await MakeAsync(web, write), journey, market, transfers, delay);
    }

    /// <summary>As above, with one that was made already.</summary>
    public static async Task TravelAsync(
        WebFixture web, string name, MadeVault vault, Func<IPage, Task> journey, Market? market = null, TransferLimits? transfers = null, TimeSpan? delay = null)
    {
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, market, vault.Home, transfers: transfers);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        if (delay is { } known)
            await SlowLine.LayAsync(page, known);
        await page.TravelAsync(name, async () =>
        {
            await OpenAsync(page);
            await journey(page);
        });
    }

    /// <summary>Writes into its catalog, of which an open page hears nothing.</summary>
    public void Write(Action<CatalogTransaction> write)
    {
        using var catalog = CatalogDatabase.Open(Home.CatalogFile);
        catalog.Write(write);
    }

    /// <summary>Opens it on the files' page.</summary>
    public static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync("/files");
        await UnlockAsync(page);
    }

    /// <summary>Opens it where its page asks for that.</summary>
    public static async Task UnlockAsync(IPage page)
    {
        await page.GetByLabel("Passphrase").FillAsync(Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the vault" }).ClickAsync();
    }

    static Address OwnerOf(byte provider)
    {
        var owner = new byte[20];
        owner[0] = (byte)(provider + 1);
        return new Address(owner);
    }

    public static ObjectName Name(string text)
    {
        Assert.True(ObjectName.TryCreate(text, out var name, out var problem), problem);
        return name;
    }

    /// <summary>Agreements with twelve providers that nobody can reach, of which something is stored in each: there is room, but nobody gives it.</summary>
    public static void AddAgreements(CatalogTransaction change) => AddAgreements(change, first: 0, leaves: 0);

    /// <summary>As <see cref="AddAgreements(CatalogTransaction)"/>.</summary>
    /// <param name="change">Of the catalog.</param>
    /// <param name="first">The providers' first.</param>
    /// <param name="leaves">That are stored in each.</param>
    public static void AddAgreements(CatalogTransaction change, byte first, ulong leaves)
    {
        for (var i = first; i < first + 12; i++)
            AddAgreement(change, new AgreementId((UInt128)(FirstAgreement + i)), i, leaves);
    }

    /// <summary>An agreement with a provider that nobody can reach.</summary>
    /// <param name="change">Of the catalog.</param>
    /// <param name="agreement">Its number.</param>
    /// <param name="provider">No other agreement's.</param>
    /// <param name="leaves">That are stored in it.</param>
    public static void AddAgreement(CatalogTransaction change, AgreementId agreement, byte provider, ulong leaves = 0)
    {
        Assert.True(Signature.TryRead([.. Enumerable.Repeat((byte)1, 64), 27], out var signature));
        change.SaveTerms(agreement, OwnerOf(provider), new GiB(1), new Epoch(ulong.MaxValue >> 8));
        // Agreements that the chain does not know are forgotten, unless something was stored in them.
        change.SaveRevision(new CountersignedRevision(new Revision(agreement, 1, Hash256.Zero, leaves), signature, signature), DateTimeOffset.UtcNow);
    }

    /// <summary>What a small file's manifest says that lies in the agreements of <see cref="AddAgreements(CatalogTransaction)"/>; nobody could open it.</summary>
    public static byte[] MakeManifest()
    {
        var layout = new ObjectLayout(5, CodingScheme.Small, SegmentSize);
        return ManifestCodec.Write(new ObjectManifest
        {
            ObjectId = ByteString.CopyFrom(new byte[16]), Number = 1, Layout = layout, WrappedKey = ByteString.CopyFrom(new byte[60]), Commitment = ByteString.CopyFrom(new byte[32]),
            Roots = [.. Enumerable.Range(0, layout.Segments).Select(_ => (IReadOnlyList<Hash256>)[.. Enumerable.Repeat(Hash256.Zero, layout.Fragments)])],
            Placements = [.. Enumerable.Range(0, layout.Fragments).Select(index => new Placement(new AgreementId((UInt128)(FirstAgreement + index)), OwnerOf((byte)index)))],
        }, PrivateKey.Create());
    }

    /// <summary>A file that was removed, and occupies so many KiB.</summary>
    /// <param name="change">Of the catalog.</param>
    /// <param name="name">The file's.</param>
    /// <param name="slot">Where it lies; no other file's.</param>
    /// <param name="kibibytes">That it occupies.</param>
    /// <param name="since">When it was removed.</param>
    /// <param name="number">Of the version.</param>
    public static void AddRemoved(CatalogTransaction change, string name, uint slot, uint kibibytes, DateTimeOffset since, ulong number = 1)
    {
        var version = change.AddKept(Name(name), number, 1 << 20, since.AddDays(-1), new byte[500], since);
        change.FillSlot(new AgreementId((UInt128)FirstAgreement), new StoredSlot(slot, new Hash256(Enumerable.Repeat((byte)(slot + 1), 32).ToArray()), kibibytes, version));
    }
}
