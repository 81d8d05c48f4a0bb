using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>What was replaced or removed comes back.</summary>
public sealed class KeptVersionsTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(12);
    readonly MovableTime time = new();

    public void Dispose() => directory.Dispose();

    MarketplaceClient NewClient(string file = "1.db", bool isNew = true) =>
        Open(network, directory[file], isNew, retention: Retention.Default, time: time);

    [Fact]
    public async Task ReplacedVersion_CanBeRead_AndComesBack_WithoutAnythingBeingStoredAnew()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        await Put(client, "a", Consumer.Content(3000));
        Assert.Equal([3ul, 2, 1], client.ListVersions(Consumer.Name("a")).Select(version => version.Number));
        Assert.Equal(Consumer.Content(1000), await Read(client, client.FindVersion(Consumer.Name("a"), 1)!));

        var restored = await client.RestoreAsync(Consumer.Name("a"), 1, default);

        Assert.Equal((1ul, VersionState.Live), (restored!.Number, restored.State));
        Assert.Equal(Consumer.Content(1000), await Get(client, "a"));
        Assert.Equal([1ul, 3, 2], client.ListVersions(Consumer.Name("a")).Select(version => version.Number));
        // And onwards: the next one is a new one.
        await Put(client, "a", Consumer.Content(4000));
        Assert.Equal(4ul, client.Find(Consumer.Name("a"))!.Number);
        Assert.Equal(Consumer.Content(4000), await Get(client, "a"));
        Assert.Equal(Consumer.Content(1000), await Read(client, client.FindVersion(Consumer.Name("a"), 1)!));
    }

    [Fact]
    public async Task List_IsReadAnew_WhateverChangedIt()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        var before = client.ListSummaries();
        Assert.Same(before, client.ListSummaries());
        await client.SetTagsAsync(Consumer.Name("a"), Tags("x"), default);
        Assert.Equal(Tags("x"), Assert.Single(client.ListSummaries()).Tags);
        using (var other = CatalogDatabase.Open(directory["1.db"]))
            other.Write(change => change.RenameAll(Consumer.Name("a"), Consumer.Name("b")));
        Assert.Equal("b", Assert.Single(client.ListSummaries()).Name.Value);
    }

    [Fact]
    public async Task RemovedObject_IsListedNoMore_AndComesBack()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        Assert.Empty((await client.SetAsideAsync(Consumer.Name("a"), default))!);
        Assert.Empty(client.List());
        Assert.Null(await client.SetAsideAsync(Consumer.Name("a"), default));

        Assert.NotNull(await client.RestoreAsync(Consumer.Name("a"), 1, default));

        Assert.Equal(Consumer.Content(1000), await Get(client, "a"));
        Assert.Null(await client.RestoreAsync(Consumer.Name("a"), 7, default));
    }

    [Fact]
    public async Task RemovalForGood_TakesEarlierVersionsWithIt_AndFreesTheirSpace()
    {
        using var client = NewClient();
        await Put(client, "b", Consumer.Content(10));
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        await client.SetAsideAsync(Consumer.Name("a"), default);
        Assert.Equal(2, client.KeptSpace.Versions);
        Assert.True(client.KeptSpace.Bytes > 0);

        Assert.Empty((await client.RemoveAsync(Consumer.Name("a"), default))!);

        Assert.Equal(new KeptSpace(0, 0), client.KeptSpace);
        // The other object, and the newest two snapshots.
        Assert.All(network.Providers, provider => Assert.InRange(provider.OccupiedSlots, 2ul, 3ul));
    }

    [Fact]
    public async Task KeptVersions_GoAfterTheirDays_AndBeyondTheirNumber()
    {
        using var client = NewClient();
        for (var size = 1; size <= Retention.Default.Versions + 3; size++)
        {
            await Put(client, "a", Consumer.Content(size));
            time.Now += TimeSpan.FromMinutes(1);
        }
        await client.PruneAsync(null, default);
        var kept = client.ListKept().Select(version => version.Number);
        Assert.Equal(Enumerable.Range(3, Retention.Default.Versions).Reverse().Select(number => (ulong)number), kept);

        time.Now += TimeSpan.FromDays(Retention.Default.Days);
        await Put(client, "b", Consumer.Content(5));

        Assert.Empty(client.ListKept());
        Assert.Equal(new KeptSpace(0, 0), client.KeptSpace);
    }

    [Fact]
    public async Task VaultThatKeepsNothing_KeepsNothing()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        await client.SetRetentionAsync(new Retention(0, 5), default);
        Assert.Empty(client.ListKept());
        await Put(client, "a", Consumer.Content(3000));
        await client.SetAsideAsync(Consumer.Name("a"), default);
        Assert.Empty(client.ListKept());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SetRetentionAsync(new Retention(-1, 5), default));
    }

    [Fact]
    public async Task LostMachine_BringsEarlierVersionsTagsAndTheirTermsBack()
    {
        using (var client = NewClient())
        {
            await client.SetRetentionAsync(new Retention(90, 4), default);
            await Put(client, "a", Consumer.Content(1000));
            await Put(client, "a", Consumer.Content(2000));
            await Put(client, "gone", Consumer.Content(3000));
            await client.SetAsideAsync(Consumer.Name("gone"), default);
            Assert.True(await client.SetTagsAsync(Consumer.Name("a"), Tags("tax", "2026"), default));
            await client.RestoreAsync(Consumer.Name("a"), 1, default);
        }
        using var other = NewClient("2.db", isNew: false);
        var recovered = await Recover(other);

        Assert.Equal((1, 0L), (recovered.Objects, recovered.UnclaimedFragments));
        Assert.Equal(Consumer.Content(1000), await Get(other, "a"));
        Assert.Equal([1ul, 2], other.ListVersions(Consumer.Name("a")).Select(version => version.Number));
        Assert.Equal(new Retention(90, 4), other.Retention);
        Assert.Equal(Tags("tax", "2026"), other.GetTags(Consumer.Name("a")));
        Assert.Equal(Tags("2026", "tax"), Assert.Single(other.ListSummaries()).Tags);
        await other.RestoreAsync(Consumer.Name("gone"), 1, default);
        Assert.Equal(Consumer.Content(3000), await Get(other, "gone"));
        await other.RestoreAsync(Consumer.Name("a"), 2, default);
        Assert.Equal(Consumer.Content(2000), await Get(other, "a"));
    }

    [Fact]
    public async Task OtherMachine_FollowsARename_AndNoVersionIsInItTwice()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Recover(two);
        time.Now += TimeSpan.FromMinutes(1);
        Assert.True(await two.RenameAsync(Consumer.Name("a"), Consumer.Name("b"), default));
        await Put(two, "b", Consumer.Content(2000));

        await Recover(one);

        Assert.Equal(["b"], Names(one));
        Assert.Equal(["b"], one.ListKept().Select(version => version.Name.Value));
        Assert.Null(await one.RemoveAsync(Consumer.Name("a"), default));
        Assert.NotNull(await one.RestoreAsync(Consumer.Name("b"), 1, default));
        Assert.Equal(Consumer.Content(1000), await Get(one, "b"));
    }

    [Fact]
    public async Task MachineThatKnowsLess_DoesNotClearWhatAnotherRestored()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "a", Consumer.Content(2000));
        await Put(one, "other", Consumer.Content(10));
        await Recover(two);
        time.Now += TimeSpan.FromDays(Retention.Default.Days - 1);
        await two.RestoreAsync(Consumer.Name("a"), 1, default);
        time.Now += TimeSpan.FromDays(2);

        await one.SetAsideAsync(Consumer.Name("other"), default);

        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        await Recover(one);
        await Recover(two);
        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        Assert.Equal(Consumer.Content(1000), await Get(one, "a"));
    }

    [Fact]
    public async Task TermsOfTwoMachines_AreTheLongerOnes()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await one.SetRetentionAsync(new Retention(90, 4), default);
        await Put(one, "a", Consumer.Content(10));
        await Recover(two);
        await two.SetRetentionAsync(new Retention(365, 2), default);
        await Recover(one);
        Assert.Equal(new Retention(365, 4), one.Retention);
    }

    [Fact]
    public async Task OtherMachine_FollowsWhatWasReplacedRemovedAndRestored()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "b", Consumer.Content(1500));
        await Recover(two);
        time.Now += TimeSpan.FromMinutes(1);
        await Put(two, "a", Consumer.Content(2000));
        await two.SetAsideAsync(Consumer.Name("b"), default);
        await Recover(one);
        Assert.Equal(["a"], Names(one));
        Assert.Equal(Consumer.Content(2000), await Get(one, "a"));
        Assert.Equal(["a", "b"], one.ListKept().Select(version => version.Name.Value));

        time.Now += TimeSpan.FromMinutes(1);
        await one.RestoreAsync(Consumer.Name("a"), 1, default);
        await one.RestoreAsync(Consumer.Name("b"), 1, default);
        await Recover(two);

        Assert.Equal(["a", "b"], Names(two));
        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        Assert.Equal(2ul, Assert.Single(two.ListKept()).Number);
    }

    [Fact]
    public async Task VersionsThatAnotherMachinePruned_AreGoneHereToo()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "a", Consumer.Content(2000));
        await Recover(two);
        Assert.Equal((1, 0), await Pruned(two));
        await Recover(one);
        Assert.Empty(one.ListKept());
        Assert.Equal(Consumer.Content(2000), await Get(one, "a"));
    }

    [Fact]
    public async Task RenamedObject_TakesItsVersionsAndTagsAlong()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        await client.SetTagsAsync(Consumer.Name("a"), Tags("x"), default);
        Assert.True(await client.RenameAsync(Consumer.Name("a"), Consumer.Name("b"), default));
        Assert.Equal([2ul, 1], client.ListVersions(Consumer.Name("b")).Select(version => version.Number));
        Assert.Empty(client.ListVersions(Consumer.Name("a")));
        Assert.Equal(Tags("x"), client.GetTags(Consumer.Name("b")));
        Assert.False(await client.SetTagsAsync(Consumer.Name("a"), Tags("y"), default));
    }

    static async Task<(int, int)> Pruned(MarketplaceClient client)
    {
        var (versions, left) = await client.PruneAsync(_ => true, default);
        return (versions, left.Count);
    }

    static TagSet Tags(params string[] tags) => TagSet.TryCreate(tags, out var made, out _) ? made : throw new ArgumentException("No tags.", nameof(tags));

    static async Task<byte[]> Read(MarketplaceClient client, StoredVersion version)
    {
        using var reader = await client.OpenAsync(version, default);
        var content = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await reader!.CopyToAsync(content, null, default));
        return content.ToArray();
    }

    sealed class MovableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
