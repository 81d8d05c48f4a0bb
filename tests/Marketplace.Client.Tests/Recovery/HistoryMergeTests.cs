using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>Catalogs that name one manifest twice: its fragments must not become those of two versions.</summary>
public sealed class HistoryMergeTests : IDisposable
{
    static readonly DateTimeOffset Stored = DateTimeOffset.UnixEpoch.AddDays(20_000), Removed = Stored.AddDays(1), Restored = Stored.AddDays(2);

    readonly TemporaryDirectory directory = new();
    readonly CatalogDatabase catalog;

    public HistoryMergeTests() => catalog = CatalogDatabase.Open(directory["catalog.db"]);

    [Fact]
    public void KeptTwice_IsOneVersion()
    {
        catalog.Write(change =>
        {
            var merge = new HistoryMerge(change, _ => true);
            var first = Assert.Single(merge.AddKept(Entry("a", Removed)));
            Assert.Equal(first, Assert.Single(merge.AddKept(Entry("b", Restored))));
        });
        Assert.Equal("a", Assert.Single(catalog.Read(read => read.ListKept())).Name.Value);
    }

    [Fact]
    public void KeptAndLive_IsTheOneThatWasChangedLater()
    {
        catalog.Write(change =>
        {
            var merge = new HistoryMerge(change, _ => true);
            merge.AddKept(Entry("a", Removed));
            Assert.True(merge.TryFollow(Entry("b", Restored)));
            // Live now: nothing more to follow.
            Assert.False(merge.TryFollow(Entry("b", Restored)));
        });
        Assert.Empty(catalog.Read(read => read.ListKept()));
        Assert.Equal("b", Assert.Single(catalog.Read(read => read.ListLive())).Name.Value);
    }

    [Fact]
    public void LiveHere_RemovedThere_ThenRestoredThere_IsLive()
    {
        catalog.Write(change => change.AddLive(Consumer.Name("a"), hidden: false, 1, 5, Stored, [1, 2, 3]));
        catalog.Write(change =>
        {
            var merge = new HistoryMerge(change, _ => true);
            merge.AddKept(Entry("a", Removed));
            Assert.Single(change.ListKept());
            Assert.True(merge.TryFollow(Entry("a", Restored)));
        });
        Assert.Equal("a", Assert.Single(catalog.Read(read => read.ListLive())).Name.Value);
    }

    [Fact]
    public void KeptOnBothMachines_IsKeptSinceTheLaterTime_OnEach()
    {
        var id = catalog.Write(change =>
        {
            var live = change.AddLive(Consumer.Name("a"), hidden: false, 1, 5, Stored, [1, 2, 3]);
            change.Keep(live, Removed);
            return live;
        });

        catalog.Write(change => new HistoryMerge(change, _ => true).AddKept(Entry("a", Restored)).ToList());
        Assert.Equal(Restored, catalog.Read(read => read.Find(id))!.Since);

        catalog.Write(change => new HistoryMerge(change, _ => true).AddKept(Entry("a", Removed)).ToList());
        Assert.Equal(Restored, catalog.Read(read => read.Find(id))!.Since);
    }

    public void Dispose()
    {
        catalog.Dispose();
        directory.Dispose();
    }

    static SnapshotEntry Entry(string name, DateTimeOffset since) => new(Consumer.Name(name), 1, 5, Stored, [1, 2, 3], since);
}
