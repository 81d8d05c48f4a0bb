using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>Machines that come and go, and what they do to each other's catalogs.</summary>
public sealed class PassedCatalogsTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(30);
    public void Dispose() => directory.Dispose();

    MarketplaceClient OpenPaged(string file, bool isNew, int pageNames, TimeProvider? time = null) =>
        Open(network, directory[file], isNew, retention: Retention.Default, pageNames: pageNames, time: time);

    void Dead(int from, int to, bool dead)
    {
        for (var i = from; i < to; i++)
            network.Providers[i].IsDead = dead;
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(2048, 0)]
    [InlineData(2048, 2)]
    public async Task Partition_BothCount(int pageNames, int more)
    {
        using var one = OpenPaged("1.db", true, pageNames);
        for (var n = 0; n < 20; n++)
            await PutUnpublished(one, $"object {n}", Consumer.Content(n));
        using var two = OpenPaged("2.db", false, pageNames);
        await Recover(two);
        Dead(15, 30, true);
        await Put(one, "from one", Consumer.Content(100));
        for (var i = 0; i < more; i++)
            await Put(one, $"from one {i}", Consumer.Content(100));
        Dead(15, 30, false);
        Dead(0, 15, true);
        await Put(two, "from two", Consumer.Content(200));
        Dead(0, 15, false);

        await PutUnpublished(one, "more", Consumer.Content(300));
        Assert.Contains("recover", one.LastPublication!.Problem, StringComparison.Ordinal);
        await Recover(one);

        Assert.Contains("from two", Names(one));
        using var third = OpenPaged("3.db", false, pageNames);
        await Recover(third);
        Assert.Contains("from two", Names(third));
        Assert.Contains("more", Names(third));
    }

    [Fact]
    public async Task UnboundProviderWithAnUnknownRecord_LocksOut()
    {
        using var one = OpenPaged("1.db", true, 2048);
        await Put(one, "object", Consumer.Content(1));
        using var two = OpenPaged("2.db", false, 2048);
        await Recover(two);
        foreach (var p in network.Providers.Skip(1))
            p.RefusesRecords = true;
        await PutUnpublished(two, "x", Consumer.Content(2));
        await PutUnpublished(two, "y", Consumer.Content(2));
        foreach (var p in network.Providers)
            p.RefusesRecords = false;
        network.Unbound.Add(network.Providers[0]);
        await PutUnpublished(one, "z", Consumer.Content(3));
        await Recover(one, new RecoveryOptions { AcceptOlder = true });
        await PutUnpublished(one, "z2", Consumer.Content(3));
        Assert.Null(one.LastPublication!.Problem);
    }

    [Fact]
    public async Task TwoOfOneNumber_OneUnreadable_FreshMachine()
    {
        using var one = OpenPaged("1.db", true, 2048);
        await Put(one, "object", Consumer.Content(1));
        using var two = OpenPaged("2.db", false, 2048);
        await Recover(two);
        // two: its record reaches two providers that are away from one.
        foreach (var p in network.Providers.Take(28)) p.RefusesRecords = true;
        await PutUnpublished(two, "x", Consumer.Content(2));
        foreach (var p in network.Providers) p.RefusesRecords = false;
        var lost = two.ReadManifest(two.FindSnapshot()!)!.Roots.SelectMany(roots => roots).ToHashSet();
        Dead(28, 30, true);
        await PutUnpublished(one, "from one", Consumer.Content(3));
        Assert.Null(one.LastPublication!.Problem);
        Dead(28, 30, false);
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => lost.Contains(root) ? [] : bytes;
        using var third = OpenPaged("3.db", false, 2048);
        var result = await third.RecoverAsync(new RecoveryOptions { AcceptOlder = true }, default);
        Assert.True(result is RecoveryResult.Recovered, result.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(61)]
    public async Task AgedPages_WithoutRoom(int days)
    {
        var time = new LaterTime();
        using var one = OpenPaged("1.db", true, 4, time);
        for (var n = 0; n < 40; n++)
            await PutUnpublished(one, $"object {n}", Consumer.Content(n));
        Assert.Null(one.LastPublication!.Problem);
        time.Later = TimeSpan.FromDays(days);
        foreach (var provider in network.Providers)
        {
            var room = provider.Stores + 4;
            provider.OnStore = () => { if (provider.Stores >= room) provider.RefusesStores = Marketplace.Protocol.Transfer.RefusalCode.OutOfSpace; };
        }
        await one.SetTagsAsync(Consumer.Name("object 7"), TagSet.None, default);
        Assert.True(one.LastPublication!.Problem is null, $"{one.LastPublication!.Problem}");
    }

    [Fact]
    public async Task MissingPage_AndDiscard()
    {
        using var one = OpenPaged("1.db", true, 4);
        for (var n = 0; n < 40; n++)
            await PutUnpublished(one, $"object {n}", Consumer.Content(n));
        Assert.Null(one.LastPublication!.Problem);
        IReadOnlyList<StoredVersion> hidden;
        using (var catalog = CatalogDatabase.Open(directory["1.db"]))
            hidden = catalog.Read(read => read.ListHidden());
        var page = hidden.First(row => row.Name != CatalogPublisher.SnapshotName);
        var lost = one.ReadManifest(page)!.Roots.SelectMany(roots => roots).ToHashSet();
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => lost.Contains(root) ? [] : bytes;
        using var third = OpenPaged("3.db", false, 4);
        var recovered = await Recover(third, new RecoveryOptions { AcceptOlder = true, DiscardUnclaimed = true });
        var before = network.Providers.Sum(p => (long)p.OccupiedSlots);
        await Put(third, "x", Consumer.Content(3));
        await third.PruneAsync(null, default);
        var after = network.Providers.Sum(p => (long)p.OccupiedSlots);
        foreach (var provider in network.Providers)
            provider.Corrupts = null;
        var all = Names(one);
        var gone = new List<string>();
        foreach (var name in all)
        {
            var roots = one.ReadManifest(one.Find(Consumer.Name(name))!)!.Roots.SelectMany(r => r).ToHashSet();
            var there = network.Providers.Sum(p => p.GetSlotsAsync(0, 100_000, default).Result.TryGet(out var held, out _) ? held.Slots.Count(slot => roots.Contains(slot.Root)) : 0);
            if (there < 4)
                gone.Add(name);
        }
        Assert.True(gone.Count == 0, $"before {before} after {after}; listed {Names(third).Length}; gone {string.Join(',', gone)}; {string.Join(';', recovered.Problems)}");
    }

    /// <summary>A rename, undone by recovering: own newest unreadable, an older one of one's own readable.</summary>
    [Fact]
    public async Task OwnOlder_IsMergedUnasked()
    {
        using var one = OpenPaged("1.db", true, 2048);
        await Put(one, "a", Consumer.Content(1));
        // The newest publication does not count: what it replaced stays; one provider keeps the older record.
        foreach (var p in network.Providers.Skip(3)) p.RefusesRecords = true;
        Assert.True(await one.RenameAsync(Consumer.Name("a"), Consumer.Name("b"), default));
        foreach (var p in network.Providers) p.RefusesRecords = false;
        var lost = one.ReadManifest(one.FindSnapshot()!)!.Roots.SelectMany(roots => roots).ToHashSet();
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => lost.Contains(root) ? [] : bytes;
        await Recover(one);
        Assert.Equal(["b"], Names(one));
    }

    /// <summary>"The older one can be used meanwhile. Nothing is deleted by that, and the newer one is taken when you look again and it is back."</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseTheOlder_ThenLookAgain(bool isFresh)
    {
        using var one = OpenPaged("1.db", true, isFresh ? 4 : 2048);
        for (var n = 0; n < 20; n++)
            await PutUnpublished(one, $"object {n}", Consumer.Content(n));
        using var two = OpenPaged("2.db", false, isFresh ? 4 : 2048);
        await Recover(two);
        await Put(two, "from two", Consumer.Content(200));
        IReadOnlyList<StoredVersion> hidden;
        using (var catalog = CatalogDatabase.Open(directory["2.db"]))
            hidden = catalog.Read(read => read.ListHidden());
        var page = isFresh ? hidden.First(row => row.Name != CatalogPublisher.SnapshotName) : two.FindSnapshot()!;
        var lost = two.ReadManifest(page)!.Roots.SelectMany(roots => roots).ToHashSet();
        var all = Names(two).Length;
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => lost.Contains(root) ? [] : bytes;
        using var third = isFresh ? OpenPaged("3.db", false, 4) : null;
        var machine = third ?? one;
        Assert.True(Assert.IsType<RecoveryResult.NewerUnreadable>(await machine.RecoverAsync(new RecoveryOptions(), default)).CanUseOlder);
        await Recover(machine, new RecoveryOptions { AcceptOlder = true });
        if (isFresh)
            await Put(machine, "meanwhile", Consumer.Content(9));
        foreach (var provider in network.Providers)
            provider.Corrupts = null;
        await Recover(machine);
        Assert.True(Names(machine).Length == all + (isFresh ? 1 : 0), $"{Names(machine).Length} of {all}; from two: {Names(machine).Contains("from two")}");
    }
}
