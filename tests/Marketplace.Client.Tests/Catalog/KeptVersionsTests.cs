using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
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
    public async Task KeepingLess_LetsGoOfWhatIsSaidBefore()
    {
        using var client = NewClient();
        foreach (var size in new[] { 1000, 2000, 3000, 4000 })
        {
            await Put(client, "a", Consumer.Content(size));
            time.Now += TimeSpan.FromDays(2);
        }
        Assert.Equal(3, client.KeptSpace.Versions);
        Assert.Equal(new KeptSpace(0, 0), client.FindKeptBeyond(new Retention(90, 3)));
        Assert.Equal(client.KeptSpace, client.FindKeptBeyond(new Retention(0, 3)));
        Assert.Equal(client.KeptSpace, client.FindKeptBeyond(Retention.None));
        foreach (var less in new[] { new Retention(5, 3), new Retention(90, 1) })
        {
            var (before, beyond) = (client.KeptSpace, client.FindKeptBeyond(less));
            Assert.Equal(1, beyond.Versions);
            Assert.Equal(before, client.KeptSpace);
            await client.SetRetentionAsync(less, default);
            Assert.Equal(new KeptSpace(before.Versions - beyond.Versions, before.Bytes - beyond.Bytes), client.KeptSpace);
        }
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

        for (var i = 0; i < 3; i++)
            await Put(client, "a", Consumer.Content(KeptLength - i));
        // Ever so much of it would not be enough.
        Assert.DoesNotContain("pruning", await Refused(client), StringComparison.Ordinal);
        var length = await LengthBeyondAsync(client, 2);
        Assert.Matches("pruning 2 of them, 23[.][0-9]+ MiB, makes room", await Refused(client, length));
        var many = await client.PutManyAsync([new UploadItem(Consumer.Name("b"), () => new HugeSource(length))], null, default);
        Assert.Contains("pruning 2 of them", Assert.IsType<UploadResult.Refused>(Assert.Single(many).Result).Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_IsMadeOfWhatWasReplacedLongestAgo_AndOfNoMoreThanItTakes()
    {
        using var client = NewClient(segmentSize: Segment);
        await FillAsync(client);
        var length = await LengthBeyondAsync(client, 1);
        var refusal = await RefusalAsync(client, length);
        Assert.Matches("^It takes [0-9.]+ GiB of the rented room in one piece: [0-9.]+ GiB left, [0-9.]+ MiB missing[.] ", refusal.Message);
        Assert.Equal(new RoomLack(refusal.Room!.Needed, refusal.Room.Needed), refusal.Room);
        Assert.InRange(refusal.Room.Needed, length, 4L << 30);
        var room = refusal.InTheWay!;
        Assert.Equal((12 * (long)KeptLeaves << 10, client.FindVersion(Consumer.Name("b"), 1)!.Id), (room.Bytes, Assert.Single(room.Versions)));
        Assert.Equal(4, (await RefusalAsync(client, await LengthBeyondAsync(client, 4))).InTheWay!.Versions.Count);
        Assert.Null((await RefusalAsync(client, await LengthBeyondAsync(client, 5))).InTheWay);

        length = await LengthBeyondAsync(client, 1);
        Assert.Equal(1, await client.MakeRoomAsync(length, room.Versions, default));
        Assert.Equal([("a", 2ul), ("a", 1ul), ("b", 2ul)], client.ListKept().Select(version => (version.Name.Value, version.Number)));
    }

    [Fact]
    public async Task NothingIsPruned_WhereItWouldNotMakeRoom_OrWasNotOffered()
    {
        using var client = NewClient(segmentSize: Segment);
        await FillAsync(client);
        var kept = client.ListKept().Select(version => version.Id).ToList();

        Assert.Equal(0, await client.MakeRoomAsync(await LengthBeyondAsync(client, 0), kept, default));
        Assert.Equal(0, await client.MakeRoomAsync(await LengthBeyondAsync(client, 5), kept, default));
        Assert.Equal(0, await client.MakeRoomAsync(await LengthBeyondAsync(client, 2), kept[^1..], default));
        // Whatever is deleted, one provider too few stays one too few.
        var length = await LengthBeyondAsync(client, 1);
        network.Providers[5].IsDead = true;
        var refusal = await RefusalAsync(client, length);
        Assert.Equal((UploadProblem.TooFewProviders, null), (refusal.Problem, refusal.InTheWay));
        Assert.Equal(0, await client.MakeRoomAsync(length, kept, default));
        Assert.Equal(4, client.KeptSpace.Versions);
    }

    const int Segment = 1 << 20;

    /// <summary>Bytes of a kept version: its leaves are more than what is stored is rounded by, and those of content a little shorter are as many.</summary>
    const int KeptLength = 4_000_000;

    /// <summary>What a kept version takes at each of the twelve providers.</summary>
    static readonly ulong KeptLeaves = LeavesOf(KeptLength);

    /// <summary>Four kept versions: the first of b, then by turns of a and b.</summary>
    async Task FillAsync(MarketplaceClient client)
    {
        await Put(client, "a", Consumer.Content(KeptLength));
        await Put(client, "b", Consumer.Content(KeptLength));
        for (var i = 1; i <= 2; i++)
        {
            time.Now += TimeSpan.FromMinutes(1);
            await Put(client, "b", Consumer.Content(KeptLength - i));
            time.Now += TimeSpan.FromMinutes(1);
            await Put(client, "a", Consumer.Content(KeptLength - i));
        }
        Assert.Equal(4, client.KeptSpace.Versions);
    }

    /// <summary>At each provider, alike.</summary>
    static ulong FreeLeaves(MarketplaceClient client) =>
        Assert.Single(client.ListAgreements().Select(agreement => agreement.Capacity - agreement.Revision.Weight).Distinct());

    /// <summary>
    /// The length of content for which so many kept versions would have to go, and not one less: large content comes in steps, so that something else is stored
    /// until a step is about as long.
    /// </summary>
    static async Task<long> LengthBeyondAsync(MarketplaceClient client, ulong versions)
    {
        while (true)
        {
            var most = FreeLeaves(client) + versions * KeptLeaves - KeptLeaves / 4;
            var length = LongestOf(most, Segment);
            if (most - LeavesOf(length) is var gap && gap < KeptLeaves / 2)
                return length;
            await Put(client, $"filler {client.List().Count}", Consumer.Content((int)LongestOf(gap - KeptLeaves / 4, 1)));
        }
    }

    static ulong LeavesOf(long length) => new ObjectLayout(length, CodingScheme.Small, Segment).LeavesPerProvider;

    /// <summary>The longest content that takes no more than so many leaves, in steps.</summary>
    static long LongestOf(ulong leaves, long step)
    {
        var (low, high) = (1L, (8L << 30) / step);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            (low, high) = LeavesOf(middle * step) <= leaves ? (middle, high) : (low, middle);
        }
        return low * step;
    }

    static async Task<string> Refused(MarketplaceClient client, long length = 5L << 30)
    {
        var refusal = await RefusalAsync(client, length);
        Assert.Equal(UploadProblem.NotEnoughSpace, refusal.Problem);
        return refusal.Message;
    }

    static async Task<UploadRefusal> RefusalAsync(MarketplaceClient client, long length) =>
        Assert.IsType<UploadResult.Refused>(await client.PutAsync(Consumer.Name("huge"), new HugeSource(length), null, default)).Refusal;

    static async Task<byte[]> Read(MarketplaceClient client, StoredVersion version)
    {
        using var reader = await client.OpenAsync(version, default);
        var content = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await reader!.CopyToAsync(content, null, default));
        return content.ToArray();
    }

    /// <summary>More than the providers have room for; nobody gets to read it.</summary>
    sealed class HugeSource(long length) : IUploadSource
    {
        public long Length => length;

        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("There is no room for this.");

        public string? FindChange() => null;

        public void Dispose()
        {
        }
    }
}
