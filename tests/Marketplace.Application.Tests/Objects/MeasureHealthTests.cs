using Google.Protobuf;
using Marketplace.Application.Objects;
using Marketplace.Application.Pipeline;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Keys;
using Marketplace.Client.Tests;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Objects;

/// <summary>How files do on a real chain, of a provider that proves empty space: any one of a file's three fragments brings it back.</summary>
public sealed class MeasureHealthTests : IAsyncLifetime
{
    const int SegmentSize = 1 << 20;

    static readonly CodingScheme Coding = new("three", 1, 3, 2);

    static readonly CheckpointInfo Empty = new(Hash256.Zero, 0, 0);

    readonly TemporaryDirectory directory = new();
    readonly VaultKeys keys = new(new byte[32]);
    MarketFixture chain = null!;
    MarketplaceClient client = null!;
    List<Placement> placements = [];

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        client = MarketplaceClient.Open(chain.Market, keys, directory["catalog.db"], new MarketplaceClientOptions(), TimeProvider.System);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        client.Dispose();
        keys.Dispose();
        directory.Dispose();
        await chain.DisposeAsync();
    }

    [Fact]
    public async Task Files_LackWhatIsNotProven_ButNotInTheEpochThatRuns_NorBeforeTheirFirstProofIsDue()
    {
        await RentAsync();
        var first = await chain.EpochAsync() + 1;
        Add("old", first);
        Add("damaged", first, manifest: new byte[500]);
        await ProveAsync(first);
        await ProveAsync(first + 1);
        Assert.Equal(new FileHealth(3, 1, 2, 3, Unproven: 3), await OfAsync("old"));
        await ProveAsync(first + 2);
        Assert.Equal(new FileHealth(3, 1, 2, 3, Unproven: 0), await OfAsync("old"));
        Assert.Null(await OfAsync("damaged"));

        await chain.GoToAsync(first + 3);
        Add("new", first + 3);
        Assert.Empty((await MeasureAsync()).Endangered);
        await chain.GoToAsync(first + 4);
        var health = await MeasureAsync();
        Assert.Equal([new EndangeredFiles(1, new FileHealth(3, 1, 2, 0, 0))], health.Endangered);
        Assert.Equal([chain.Owner.Address], health.Lost);
        Assert.Equal(3, (await OfAsync("new"))!.Left);

        await chain.GoToAsync(first + 6);
        Assert.Equal([new EndangeredFiles(2, new FileHealth(3, 1, 2, 0, 0))], (await MeasureAsync()).Endangered);
    }

    [Fact]
    public async Task DeclaredLoss_EndangersTheFilesThatItNames_OrAllOfItsAgreement_AndNobodyIsLostForThat()
    {
        await RentAsync();
        Add("ours", await chain.EpochAsync(), root: Keccak256.Hash("ours"));
        Add("other", await chain.EpochAsync(), root: Keccak256.Hash("other"));
        await DeclareAsync(Keccak256.Hash("ours"));
        var health = await MeasureAsync();
        Assert.Equal(1, Assert.Single(health.Endangered).Count);
        Assert.Equal(2, (await OfAsync("ours"))!.Left);
        Assert.Equal(3, (await OfAsync("other"))!.Left);
        Assert.Empty(health.Lost);
        await DeclareAsync(Keccak256.Hash("above several"));
        Assert.Equal([new EndangeredFiles(2, new FileHealth(3, 1, 2, 2, 0))], (await MeasureAsync()).Endangered);
    }

    /// <summary>An agreement that no chain knows keeps nothing.</summary>
    [Fact]
    public async Task AgreementThatIsNotThere_IsNoHelp()
    {
        placements = [.. Enumerable.Range(1, 3).Select(number => new Placement(new AgreementId((UInt128)number), chain.Owner.Address))];
        Add("lost", await chain.EpochAsync());
        var gone = Assert.Single((await MeasureAsync()).Endangered).Health;
        Assert.Equal((0, true), (gone.Left, gone.IsGrave));
    }

    async Task RentAsync()
    {
        var listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Operator, chain.Market.Proofs.Commit(chain.Owner.Address, Empty));
        for (var i = 0; i < Coding.TotalFragments; i++)
            placements.Add(new Placement(await chain.RentAsync(listing, term: 40), chain.Owner.Address));
    }

    Task DeclareAsync(Hash256 node) =>
        chain.SendAsync(chain.Operator, chain.Market.Losses.Declare(new LostNode(placements[0].Agreement, 1, node, 3)));

    async Task ProveAsync(Epoch epoch)
    {
        await chain.GoToAsync(epoch);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.SealEpoch());
        await chain.SendAsync(chain.Operator, chain.Market.Proofs.Advance(chain.Owner.Address, ReadOnlyMemory<byte>.Empty, Empty));
    }

    Task<VaultHealth> MeasureAsync() => UseCases.Over(client, chain.Market).Send(new MeasureHealth());

    async Task<FileHealth?> OfAsync(string name) => (await MeasureAsync()).Of(client.ListSummaries().Single(file => file.Name.Value == name));

    void Add(string name, Epoch stored, byte[]? manifest = null, Hash256? root = null)
    {
        Assert.True(ObjectName.TryCreate(name, out var known, out _));
        using var catalog = CatalogDatabase.Open(directory["catalog.db"]);
        catalog.Write(change =>
        {
            var version = change.AddLive(known, hidden: false, 1, 5, chain.Market.Clock.StartOf(stored), manifest ?? Manifest());
            if (root is not { } fragment)
                return;
            change.SaveTerms(placements[0].Agreement, placements[0].Provider, new GiB(1), stored + 40);
            change.FillSlot(placements[0].Agreement, new StoredSlot((uint)version.Value, fragment, 1, version));
        });
    }

    byte[] Manifest()
    {
        var layout = new ObjectLayout(5, Coding, SegmentSize);
        return ManifestCodec.Write(new ObjectManifest
        {
            ObjectId = ByteString.CopyFrom(new byte[16]), Number = 1, Layout = layout, WrappedKey = ByteString.CopyFrom(new byte[60]), Commitment = ByteString.CopyFrom(new byte[32]),
            Roots = [.. Enumerable.Range(0, layout.Segments).Select(_ => (IReadOnlyList<Hash256>)[.. Enumerable.Repeat(Hash256.Zero, Coding.TotalFragments)])], Placements = placements,
        }, keys.DataKey);
    }
}
