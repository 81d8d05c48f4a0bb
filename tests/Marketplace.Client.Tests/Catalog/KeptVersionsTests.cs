using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>What was replaced or removed comes back.</summary>
public sealed class KeptVersionsTests : KeepingVaults
{
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

    [Fact]
    public async Task ObjectThatTakesARemovedOnesName_LeavesThatOnesHistoryToItself()
    {
        using var client = NewClient();
        foreach (var size in new[] { 10, 20 })
        {
            await Put(client, "x/a.txt", Consumer.Content(size));
            await client.SetAsideAsync(Consumer.Name("x/a.txt"), default);
            await Put(client, "b", Consumer.Content(size + 1));
            await Put(client, "b", Consumer.Content(size + 2));

            Assert.True(await client.RenameAsync(Consumer.Name("b"), Consumer.Name("x/a.txt"), default));

            Assert.Equal([2ul, 1], client.ListVersions(Consumer.Name("x/a.txt")).Select(version => version.Number));
            await client.RenameAsync(Consumer.Name("x/a.txt"), Consumer.Name($"c{size}"), default);
        }
        Assert.Equal(
            ["c10", "c20", "x/a (removed 2).txt", "x/a (removed).txt"], client.ListKept().Select(version => version.Name.Value));
        await client.RestoreAsync(Consumer.Name("x/a (removed).txt"), 1, default);
        Assert.Equal(Consumer.Content(10), await Get(client, "x/a (removed).txt"));
    }

    [Theory]
    [InlineData(4096, "")]
    [InlineData(4090, ".txt")]
    [InlineData(1, ".{0}")]
    public void NameOfARemovedObject_IsFound_HoweverLongTheNameIs(int stem, string ending)
    {
        var name = Consumer.Name(new string('n', stem) + ending.Replace("{0}", new string('e', Math.Max(0, ObjectName.MaxLength - stem - 1)), StringComparison.Ordinal));

        var first = RemovedNames.For(name, _ => true);
        var second = RemovedNames.For(name, found => found != first);

        Assert.NotEqual(first, second);
        Assert.Contains("(removed)", first.Value, StringComparison.Ordinal);
        Assert.Contains("(removed 2)", second.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MachineWhoseClockIsWrong_ClearsNothing_ThatTheChainHasNotSeenTheTimeOf()
    {
        using var client = NewClient();
        var chain = new MovableTime { Now = time.Now };
        network.Time = chain;
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));

        // Ahead of the chain, then behind it while something is replaced.
        time.Now += TimeSpan.FromDays(400);
        Assert.Equal(0, (await client.PruneAsync(null, default)).Versions);
        time.Now -= TimeSpan.FromDays(800);
        await Put(client, "a", Consumer.Content(3000));
        time.Now = chain.Now += TimeSpan.FromDays(Retention.Default.Days - 1);
        Assert.Equal(0, (await client.PruneAsync(null, default)).Versions);
        Assert.Equal(2, client.KeptSpace.Versions);

        time.Now = chain.Now += TimeSpan.FromDays(2);
        Assert.Equal(2, (await client.PruneAsync(null, default)).Versions);
    }

    [Fact]
    public async Task MachineWhoseClockIsBehind_KeepsWhatItReplaces_ForTheWholeTerm()
    {
        using var client = NewClient();
        network.Time = new MovableTime { Now = time.Now };
        time.Now -= TimeSpan.FromDays(800);
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));

        time.Now += TimeSpan.FromDays(800);

        Assert.Equal(0, (await client.PruneAsync(null, default)).Versions);
        Assert.Equal(1, client.KeptSpace.Versions);
    }

    [Fact]
    public async Task OneBlockWithATimeFarAhead_KeepsNothingForGood()
    {
        using var client = NewClient();
        var chain = new MovableTime { Now = time.Now + TimeSpan.FromDays(3000) };
        network.Time = chain;
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));

        chain.Now = time.Now;
        Assert.Equal(0, (await client.PruneAsync(null, default)).Versions);
        await Put(client, "b", Consumer.Content(10));
        time.Now = chain.Now += TimeSpan.FromDays(Retention.Default.Days + 1);

        Assert.Equal(1, (await client.PruneAsync(null, default)).Versions);
    }

    [Fact]
    public async Task UploadWithoutRoom_ClearsWhatIsKeptTooLong_AndSaysWhatTheRestOccupies()
    {
        using var client = NewClient(segmentSize: 1 << 20);
        await Put(client, "old", Consumer.Content(1000));
        await Put(client, "old", Consumer.Content(2000));
        time.Now += TimeSpan.FromDays(Retention.Default.Days + 1);
        // Nothing has changed meanwhile that would have cleared it.
        Assert.Equal(1, client.KeptSpace.Versions);
        Assert.DoesNotContain("pruning", await Refused(client), StringComparison.Ordinal);
        Assert.Equal(new KeptSpace(0, 0), client.KeptSpace);

        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        await Put(client, "a", Consumer.Content(3000));
        Assert.Contains("pruning them makes room", await Refused(client), StringComparison.Ordinal);
        var many = await client.PutManyAsync([new UploadItem(Consumer.Name("b"), () => new HugeSource())], null, default);
        Assert.Contains("pruning them makes room", Assert.IsType<UploadResult.Refused>(Assert.Single(many).Result).Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_IsMadeOfWhatWasReplacedLongestAgo()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "b", Consumer.Content(1000));
        for (var i = 0; i < 2; i++)
        {
            time.Now += TimeSpan.FromMinutes(1);
            await Put(client, "b", Consumer.Content(2000 + i));
            time.Now += TimeSpan.FromMinutes(1);
            await Put(client, "a", Consumer.Content(3000 + i));
        }
        var all = client.KeptSpace;
        Assert.Equal((4, 1), (all.Versions, client.FindRoom(100).Versions));
        Assert.Equal(all, client.FindRoom(new HugeSource().Length));

        Assert.Equal(1, (await client.MakeRoomAsync(100, default)).Versions);
        Assert.Equal([("a", 2ul), ("a", 1ul), ("b", 2ul)], client.ListKept().Select(version => (version.Name.Value, version.Number)));

        await client.MakeRoomAsync(new HugeSource().Length, default);
        Assert.Equal(new KeptSpace(0, 0), client.KeptSpace);
        Assert.Equal(new KeptSpace(0, 0), client.FindRoom(100));
    }

    static async Task<string> Refused(MarketplaceClient client)
    {
        var refusal = Assert.IsType<UploadResult.Refused>(await client.PutAsync(Consumer.Name("huge"), new HugeSource(), null, default)).Refusal;
        Assert.Equal(UploadProblem.NotEnoughSpace, refusal.Problem);
        return refusal.Message;
    }

    static async Task<byte[]> Read(MarketplaceClient client, StoredVersion version)
    {
        using var reader = await client.OpenAsync(version, default);
        var content = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await reader!.CopyToAsync(content, null, default));
        return content.ToArray();
    }

    /// <summary>More than the providers have room for; nobody gets to read it.</summary>
    sealed class HugeSource : IUploadSource
    {
        public long Length => 5L << 30;

        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("There is no room for this.");

        public string? FindChange() => null;

        public void Dispose()
        {
        }
    }
}
