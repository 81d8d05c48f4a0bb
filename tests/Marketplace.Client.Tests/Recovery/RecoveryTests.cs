using Marketplace.Client.Catalog;
using Marketplace.Client.Keys;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Recovery;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Catalog_LostWithTheMachine_ComesBackFromTheVaultKey()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using (var client = Open(network, directory["1.db"], isNew: true))
        {
            await Put(client, "a/../b\0", Consumer.Content(300_000));
            await Put(client, "gone", Consumer.Content(10));
            await Put(client, "twice", Consumer.Content(20));
            await Put(client, "twice", Consumer.Content(30));
            Assert.Empty((await client.RemoveAsync(Consumer.Name("gone"), default))!);
        }
        foreach (var provider in network.Providers[..8])
            provider.IsDead = true;
        using var again = Open(network, directory["2.db"]);
        var recovered = Assert.IsType<RecoveryResult.Recovered>(await again.RecoverAsync(new(), default));
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
        using (var client = Open(network, directory["1.db"], isNew: true, pageNames: CatalogPage.MeanNames))
            await Put(client, "a", Consumer.Content(1000));
        using (var second = Open(network, directory["2.db"], pageNames: CatalogPage.MeanNames))
        {
            Assert.IsType<RecoveryResult.Recovered>(await second.RecoverAsync(new(), default));
            await Put(second, "b", Consumer.Content(2000));
            await Put(second, "a", Consumer.Content(3000));
        }
        using var third = Open(network, directory["3.db"], pageNames: CatalogPage.MeanNames);
        Assert.IsType<RecoveryResult.Recovered>(await third.RecoverAsync(new(), default));
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
        using (var client = Open(network, directory["1.db"], isNew: true))
            await Put(client, "a", Consumer.Content(1000));
        using var other = new VaultKeys(Enumerable.Repeat((byte)1, 32).ToArray());
        using var again = Open(network, directory["2.db"], keys: other);
        Assert.IsType<RecoveryResult.NotFound>(await again.RecoverAsync(new(), default));
        Assert.Empty(again.List());
    }

    [Fact]
    public void Snapshot_DamagedAnywhere_IsRefusedOrHarmless()
    {
        var bytes = SnapshotCodec.TryWrite(new SnapshotContents(
            [new SnapshotEntry(Consumer.Name("n"), 1, 5, DateTimeOffset.UnixEpoch, [1, 2, 3])], [new GarbageSlot(new(1), 2, 3)])
        {
            Kept = [new SnapshotEntry(Consumer.Name("k"), 2, 6, DateTimeOffset.UnixEpoch, [4], DateTimeOffset.UnixEpoch.AddDays(1))],
            Tags = [new TaggedName(Consumer.Name("n"), TagSet.None, DateTimeOffset.UnixEpoch)],
            Retention = Retention.Default,
        })!;
        Assert.Equal("n", Assert.Single(SnapshotCodec.TryRead(bytes)!.Entries).Name.Value);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x55;
            _ = SnapshotCodec.TryRead(damaged);
            _ = SnapshotCodec.TryRead(bytes[..i]);
        }
    }
}
