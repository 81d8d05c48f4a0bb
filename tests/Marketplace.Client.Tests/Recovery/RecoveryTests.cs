using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Tests.Recovery;

public sealed class RecoveryTests
{
    static readonly MarketplaceClientOptions Options = new()
    {
        Uploads = new UploadOptions { Coding = CodingScheme.Small, SegmentSize = 128 << 10 },
        Downloads = new DownloadOptions { HedgeAfter = TimeSpan.FromMilliseconds(100) },
    };

    static MarketplaceClient Client(FakeNetwork network, string path, bool isNew = false, VaultKeys? keys = null)
    {
        var catalog = CatalogDatabase.Open(path);
        if (isNew)
            catalog.Write(change =>
            {
                foreach (var provider in network.Providers)
                    change.SaveTerms(provider.Agreement, provider.Provider.Provider, provider.Space, new Epoch(100));
            });
        return new MarketplaceClient(FakeNetwork.Domain, network, network, keys ?? TestVault.Keys, catalog, Options, TimeProvider.System);
    }

    static async Task Put(MarketplaceClient client, string name, byte[] content)
    {
        Assert.IsType<UploadResult.Stored>(await client.PutAsync(Consumer.Name(name), new MemoryUploadSource(content), null, default));
        Assert.True(client.LastPublication!.IsSafe);
    }

    static async Task<byte[]> Get(MarketplaceClient client, string name)
    {
        using var reader = await client.OpenAsync(client.Find(Consumer.Name(name))!, default);
        var content = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await reader!.CopyToAsync(content, null, default));
        return content.ToArray();
    }

    [Fact]
    public async Task Catalog_LostWithTheMachine_ComesBackFromTheVaultKey()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using (var client = Client(network, directory["1.db"], isNew: true))
        {
            await Put(client, "a/../b\0", Consumer.Content(300_000));
            await Put(client, "gone", Consumer.Content(10));
            await Put(client, "twice", Consumer.Content(20));
            await Put(client, "twice", Consumer.Content(30));
            Assert.Empty((await client.RemoveAsync(Consumer.Name("gone"), default))!);
        }
        foreach (var provider in network.Providers[..8])
            provider.IsDead = true;
        using var again = Client(network, directory["2.db"]);
        var recovered = Assert.IsType<RecoveryResult.Recovered>(await again.RecoverAsync(default));
        Assert.Equal((2, 12, 8), (recovered.Objects, recovered.Agreements, recovered.Problems.Count));
        Assert.Equal(["a/../b\0", "twice"], again.List().Select(version => version.Name.Value));
        Assert.Equal(Consumer.Content(300_000), await Get(again, "a/../b\0"));
        Assert.Equal(Consumer.Content(30), await Get(again, "twice"));
    }

    [Fact]
    public async Task Catalog_Recovered_CanBeChangedAndRecoveredAgain()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using (var client = Client(network, directory["1.db"], isNew: true))
            await Put(client, "a", Consumer.Content(1000));
        using (var second = Client(network, directory["2.db"]))
        {
            Assert.IsType<RecoveryResult.Recovered>(await second.RecoverAsync(default));
            await Put(second, "b", Consumer.Content(2000));
            await Put(second, "a", Consumer.Content(3000));
        }
        using var third = Client(network, directory["3.db"]);
        Assert.IsType<RecoveryResult.Recovered>(await third.RecoverAsync(default));
        Assert.Equal(Consumer.Content(3000), await Get(third, "a"));
        Assert.Equal(Consumer.Content(2000), await Get(third, "b"));
        // Nothing is left of versions and snapshots that were replaced, but the newest two.
        Assert.All(network.Providers, provider => Assert.InRange(provider.OccupiedSlots, 3ul, 4ul));
    }

    [Fact]
    public async Task Recovery_WithAnotherVault_FindsNothing()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using (var client = Client(network, directory["1.db"], isNew: true))
            await Put(client, "a", Consumer.Content(1000));
        using var other = new VaultKeys(Enumerable.Repeat((byte)1, 32).ToArray());
        using var again = Client(network, directory["2.db"], keys: other);
        Assert.IsType<RecoveryResult.NotFound>(await again.RecoverAsync(default));
        Assert.Empty(again.List());
    }

    [Fact]
    public async Task Recovery_OverACatalogInUse_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Client(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        Assert.Contains("not empty", Assert.IsType<RecoveryResult.NotFound>(await client.RecoverAsync(default)).Message);
    }

    [Fact]
    public async Task Watch_AmongLossesAndLies_CountsTheHealthy()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Client(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(500_000));
        var version = client.Find(Consumer.Name("a"))!;
        Assert.Equal(12, (await client.Watch.CheckAsync(version, isFull: true, default))!.Healthy);
        network.Providers[0].IsDead = true;
        network.Providers[1].ForgetAll();
        network.Providers[2].Corrupts = (root, _) => network.Providers[2].AnyOther(root);
        network.Providers[3].IsDead = true;
        foreach (var isFull in new[] { true, false })
        {
            var health = (await client.Watch.CheckAsync(version, isFull, default))!;
            Assert.Equal((8, true, true), (health.Healthy, health.IsAtRisk, health.IsReadable));
        }
    }

    [Fact]
    public void Snapshot_DamagedAnywhere_IsRefusedOrHarmless()
    {
        var bytes = SnapshotCodec.Write([new StoredVersion(default, Consumer.Name("n"), 1, VersionState.Live, false, 5, DateTimeOffset.UnixEpoch, [1, 2, 3])]);
        Assert.Equal("n", Assert.Single(SnapshotCodec.TryRead(bytes)!).Name.Value);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x55;
            _ = SnapshotCodec.TryRead(damaged);
            _ = SnapshotCodec.TryRead(bytes[..i]);
        }
    }
}
