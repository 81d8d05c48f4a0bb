using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Ethereum.Primitives;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>Catalogs of more objects than one page holds.</summary>
public sealed class CatalogPagesTests : IDisposable
{
    const int Objects = 60, PageNames = 4;

    /// <summary>Requests for one more object: itself, at most three pages, and the snapshot.</summary>
    const int FewStores = 5;

    readonly TemporaryDirectory directory = new();
    FakeNetwork network = new(16);

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task OneMoreObject_SendsFewPages_AndEverythingIsFoundByTheWordsAlone()
    {
        using (var client = await OpenFullAsync())
        {
            var before = network.Providers.Max(provider => provider.Stores);
            await Put(client, "object 30a", Consumer.Content(31));
            await client.SetTagsAsync(Consumer.Name("object 7"), Tag("seven"), default);
            Assert.True(await client.RenameAsync(Consumer.Name("object 9"), Consumer.Name("nine"), default));
            await Put(client, "object 8", Consumer.Content(88));
            Assert.NotNull(await client.SetAsideAsync(Consumer.Name("object 10"), default));
            Assert.InRange(network.Providers.Max(provider => provider.Stores) - before, 1, 5 * FewStores);
        }

        using var again = OpenPaged("2.db", isNew: false);
        var recovered = await Recover(again);

        Assert.Equal((0L, 0), (recovered.UnclaimedFragments, recovered.Problems.Count));
        Assert.Equal(
            Enumerable.Range(0, Objects).Where(number => number is not (9 or 10)).Select(number => $"object {number}").Concat(["nine", "object 30a"]).Order(StringComparer.Ordinal),
            Names(again).Order(StringComparer.Ordinal));
        Assert.Equal(["object 10", "object 8"], again.ListKept().Select(version => version.Name.Value));
        Assert.Equal(Tag("seven"), again.GetTags(Consumer.Name("object 7")));
        Assert.Equal(Consumer.Content(88), await Get(again, "object 8"));
        // It knows the pages that are there.
        var stores = network.Providers.Max(provider => provider.Stores);
        await Put(again, "object 31a", Consumer.Content(31));
        Assert.InRange(network.Providers.Max(provider => provider.Stores) - stores, 1, FewStores);
    }

    [Fact]
    public async Task TwoMachines_FollowEachOther_AndLeaveNothingBehind()
    {
        using var one = await OpenFullAsync();
        using var two = OpenPaged("2.db", isNew: false);
        await Recover(two);
        await Put(two, "object 3", Consumer.Content(3000));
        Assert.NotNull(await two.RemoveAsync(Consumer.Name("object 4"), default));

        Assert.Equal(0, (await Recover(one)).UnclaimedFragments);
        await Put(one, "object 5", Consumer.Content(5000));
        Assert.Equal(0, (await Recover(two)).UnclaimedFragments);
        await Put(two, "object 6", Consumer.Content(6000));

        Assert.Equal(Consumer.Content(5000), await Get(two, "object 5"));
        using var third = OpenPaged("3.db", isNew: false);
        Assert.Equal(0, (await Recover(third)).UnclaimedFragments);
        Assert.Equal(Objects - 1, Names(third).Length);
        Assert.Equal(Consumer.Content(3000), await Get(third, "object 3"));
        Assert.Equal(Consumer.Content(6000), await Get(third, "object 6"));
        // Live, kept, pages, and the last snapshot with what it replaced.
        Assert.All(network.Providers, provider => Assert.InRange(provider.OccupiedSlots, 0ul, (ulong)(Objects + 4 + Objects / 2)));
    }

    [Fact]
    public async Task SamePages_AreStoredAgain_WhereTheirProvidersAreNotBoundAnyMore()
    {
        using var client = await OpenFullAsync();
        var before = network.Providers.Sum(provider => provider.Stores);
        await Put(client, "object 30a", Consumer.Content(31));
        var usual = network.Providers.Sum(provider => provider.Stores) - before;
        foreach (var provider in network.Providers.Where(provider => provider.OccupiedSlots > 0).Take(4))
            network.Unbound.Add(provider);
        before += usual;

        await Put(client, "object 30b", Consumer.Content(32));

        Assert.InRange(network.Providers.Sum(provider => provider.Stores) - before, 2 * usual, int.MaxValue);
        foreach (var provider in network.Unbound)
            provider.IsDead = true;
        using var again = OpenPaged("2.db", isNew: false);
        await Recover(again);
        Assert.Equal(Objects + 2, Names(again).Length);
    }

    [Fact]
    public async Task PageThatCannotBeRead_IsNotPassedOverInSilence()
    {
        HashSet<Hash256> snapshot;
        using (var client = await OpenFullAsync())
            snapshot = [.. client.ReadManifest(client.FindSnapshot()!)!.Roots.SelectMany(roots => roots)];
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => snapshot.Contains(root) ? bytes : new byte[bytes.Length];

        using var again = OpenPaged("2.db", isNew: false);

        Assert.False(Assert.IsType<RecoveryResult.NewerUnreadable>(await again.RecoverAsync(new RecoveryOptions(), default)).CanUseOlder);
    }

    [Fact]
    public async Task PublicationThatFailsBetween_IsMadeUpFor()
    {
        using var client = await OpenFullAsync();
        foreach (var provider in network.Providers)
            provider.DiesAfterStores = provider.Stores + 2;
        // The object and a page are stored, then every provider goes away.
        await client.PutAsync(Consumer.Name("object 30a"), new MemoryUploadSource(Consumer.Content(31)), null, default);
        Assert.False(client.LastPublication is { IsSafe: true });
        foreach (var provider in network.Providers)
            (provider.IsDead, provider.DiesAfterStores) = (false, int.MaxValue);

        await Put(client, "object 30b", Consumer.Content(32));

        using var again = OpenPaged("2.db", isNew: false);
        Assert.Equal(0, (await Recover(again)).UnclaimedFragments);
        Assert.Contains("object 30b", Names(again));
        Assert.Equal(Names(client), Names(again));
    }

    /// <summary>Whether its attempts came to nothing or never met another's: a machine whose number is higher does not pass over what another published.</summary>
    [Theory]
    [InlineData(PageNames, false)]
    [InlineData(PageNames, true)]
    [InlineData(2048, false)]
    [InlineData(2048, true)]
    public async Task MachineThatKnowsLess_IsToldSo_HoweverOftenItTried(int pageNames, bool isAhead)
    {
        network = new(30);
        using var one = await OpenFullAsync(pageNames);
        using var two = OpenPaged("2.db", isNew: false, pageNames);
        await Recover(two);
        if (isAhead)
        {
            SetRecordsRefused(true);
            for (var attempt = 0; attempt < 6; attempt++)
                await two.SetTagsAsync(Consumer.Name("object 40"), TagSet.None, default);
            SetRecordsRefused(false);
            await Recover(one);
        }
        for (var number = 0; number < 3; number++)
            await Put(one, $"object {number}", Consumer.Content(500 + number));

        for (var attempt = 0; attempt < 8; attempt++)
        {
            await PutUnpublished(two, $"two {attempt}", Consumer.Content(7));
            Assert.Contains("recover", two.LastPublication!.Problem, StringComparison.Ordinal);
        }
        ForgetWhatIsCleared();
        using var third = OpenPaged("3.db", isNew: false, pageNames);
        await Recover(third);
        Assert.Equal(Consumer.Content(501), await Get(third, "object 1"));
        await Recover(two);
        await Put(two, "object 2", Consumer.Content(600));
        Assert.Equal(Consumer.Content(501), await Get(two, "object 1"));
    }

    [Fact]
    public async Task PagesThatAreSpreadLessWidely_AreStoredAnew_OnceThereAreMoreProviders()
    {
        using var client = await OpenFullAsync();
        network.Unbound.UnionWith(network.Providers.Skip(3));
        await client.SetTagsAsync(Consumer.Name("object 3"), TagSet.None, default);
        Assert.Null(client.LastPublication!.Problem);
        network.Unbound.Clear();
        // The first finds out, and each renews some.
        for (var number = 0; number < 5; number++)
            await Put(client, $"new {number}", Consumer.Content(8));
        foreach (var provider in network.Providers.Take(3))
            provider.IsDead = true;

        using var again = OpenPaged("2.db", isNew: false);
        await Recover(again);

        Assert.Equal(Objects + 5, Names(again).Length);
    }

    [Fact]
    public async Task LostPage_CostsNoMoreThanItself_WhereItsUserSaysSo()
    {
        using var one = await OpenFullAsync();
        using var two = OpenPaged("2.db", isNew: false);
        await Recover(two);
        await Put(one, "zz", Consumer.Content(8));
        var page = ListHidden("2.db").First(hidden => hidden.Name != CatalogPublisher.SnapshotName && ListHidden("1.db").Any(now => now.Name == hidden.Name));
        var lost = one.ReadManifest(page)!.Roots.SelectMany(roots => roots.Take(9)).ToHashSet();
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => lost.Contains(root) ? [] : bytes;

        using var fresh = OpenPaged("3.db", isNew: false);
        Assert.True(Assert.IsType<RecoveryResult.NewerUnreadable>(await fresh.RecoverAsync(new RecoveryOptions(), default)).CanUseOlder);
        var recovered = await Recover(fresh, new RecoveryOptions { AcceptOlder = true });
        Assert.Contains("1 of", Assert.Single(recovered.Problems), StringComparison.Ordinal);
        Assert.InRange(Names(fresh).Length, Objects / 2, Objects);

        // Who has all objects goes on, and leaves a catalog that can be read.
        await Recover(two, new RecoveryOptions { AcceptOlder = true });
        using var again = OpenPaged("4.db", isNew: false);
        Assert.Empty((await Recover(again)).Problems);
        Assert.Equal(Objects + 1, Names(again).Length);
    }

    [Fact]
    public async Task ProviderThatIsAwayWhileRecovering_CostsNoPages()
    {
        using (var client = await OpenFullAsync())
            await Put(client, "x", Consumer.Content(8));
        network.Providers[0].IsDead = true;
        using var again = OpenPaged("2.db", isNew: false);
        await Recover(again);
        var before = network.Providers.Max(provider => provider.Stores);

        await Put(again, "y", Consumer.Content(8));

        Assert.InRange(network.Providers.Max(provider => provider.Stores) - before, 1, FewStores);
        network.Providers[0].IsDead = false;
        // What was replaced meanwhile: a page and two snapshots.
        Assert.InRange((await Recover(again)).UnclaimedFragments, 0, 4);
    }

    [Fact]
    public async Task OldPages_AreStoredAnew()
    {
        var time = new LaterTime();
        using var client = Open(network, directory["1.db"], isNew: true, time: time, pageNames: PageNames);
        await PutAllAsync(client);
        time.Later = TimeSpan.FromDays(61);
        var before = network.Providers.Max(provider => provider.Stores);

        await Put(client, "y", Consumer.Content(8));

        Assert.InRange(network.Providers.Max(provider => provider.Stores) - before, 2 * FewStores, int.MaxValue);
        // Not all at once.
        for (var number = 0; number < 4; number++)
            await Put(client, $"z{number}", Consumer.Content(8));
        before = network.Providers.Max(provider => provider.Stores);
        await Put(client, "zz", Consumer.Content(8));
        Assert.InRange(network.Providers.Max(provider => provider.Stores) - before, 1, FewStores);
    }

    IReadOnlyList<StoredVersion> ListHidden(string file)
    {
        using var catalog = CatalogDatabase.Open(directory[file]);
        return catalog.Read(read => read.ListHidden());
    }

    void SetRecordsRefused(bool refused)
    {
        foreach (var provider in network.Providers)
            provider.RefusesRecords = refused;
    }

    /// <summary>What is in no slot any more is gone, as at a real provider.</summary>
    void ForgetWhatIsCleared()
    {
        foreach (var provider in network.Providers)
        {
            var slots = provider.GetSlotsAsync(0, 100_000, default).Result;
            Assert.True(slots.TryGet(out var held, out _));
            var roots = held.Slots.Select(slot => slot.Root).ToHashSet();
            provider.Corrupts = (root, bytes) => roots.Contains(root) ? bytes : [];
        }
    }

    async Task<MarketplaceClient> OpenFullAsync(int pageNames = PageNames)
    {
        var client = OpenPaged("1.db", isNew: true, pageNames);
        await PutAllAsync(client);
        return client;
    }

    static async Task PutAllAsync(MarketplaceClient client)
    {
        var items = Enumerable.Range(0, Objects).Select(number => new UploadItem(Consumer.Name($"object {number}"), () => new MemoryUploadSource(Consumer.Content(number))));
        Assert.All(await client.PutManyAsync(items, null, default), item => Assert.IsType<UploadResult.Stored>(item.Result));
        Assert.Null(client.LastPublication!.Problem);
    }

    MarketplaceClient OpenPaged(string file, bool isNew, int pageNames = PageNames) =>
        Open(network, directory[file], isNew, retention: Retention.Default, pageNames: pageNames);

    static TagSet Tag(string tag) => TagSet.TryCreate([tag], out var made, out _) ? made : throw new ArgumentException("No tag.", nameof(tag));
}
