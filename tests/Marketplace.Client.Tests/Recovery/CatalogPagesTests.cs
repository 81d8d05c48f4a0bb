using FsCheck;
using FsCheck.Fluent;
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
    readonly FakeNetwork network = new(16);

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Pages_HaveAllRows_AndAChangeChangesFew() => Prop.ForAll<byte, byte, bool>((objects, changed, isRemoved) =>
    {
        using var catalog = CatalogDatabase.Open(directory[$"{Guid.NewGuid()}.db"]);
        catalog.Write(change =>
        {
            for (var number = 0; number < objects; number++)
                change.AddLive(Consumer.Name($"object {number}"), hidden: false, 1, number, DateTimeOffset.UnixEpoch, [(byte)number]);
        });
        var before = Digests(catalog);

        if (isRemoved && changed < objects)
            catalog.Write(change => change.Delete(change.FindLive(Consumer.Name($"object {changed}"))!.Id));
        else
            catalog.Write(change => change.SetTags(new TaggedName(Consumer.Name($"object {changed}"), TagSet.None, DateTimeOffset.UnixEpoch)));

        Assert.InRange(Digests(catalog).Except(before).Count(), 0, 3);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

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

    async Task<MarketplaceClient> OpenFullAsync()
    {
        var client = OpenPaged("1.db", isNew: true);
        var items = Enumerable.Range(0, Objects).Select(number => new UploadItem(Consumer.Name($"object {number}"), () => new MemoryUploadSource(Consumer.Content(number))));
        Assert.All(await client.PutManyAsync(items, null, default), item => Assert.IsType<UploadResult.Stored>(item.Result));
        Assert.Null(client.LastPublication!.Problem);
        return client;
    }

    MarketplaceClient OpenPaged(string file, bool isNew) => Open(network, directory[file], isNew, retention: Retention.Default, pageNames: PageNames);

    static TagSet Tag(string tag) => TagSet.TryCreate([tag], out var made, out _) ? made : throw new ArgumentException("No tag.", nameof(tag));

    /// <summary>Of all pages, which together have every row once and in order.</summary>
    static HashSet<Hash256> Digests(CatalogDatabase catalog)
    {
        var pages = new List<CatalogPage>();
        do
            pages.Add(catalog.Read(read => CatalogPage.Read(read, pages.LastOrDefault()?.Last, PageNames)));
        while (pages[^1].Last is not null);
        var (live, tagged) = catalog.Read(read => (read.ListLive(), read.ListTagged()));
        Assert.Equal(live.Select(version => version.Name), pages.SelectMany(page => page.Rows.Entries).Select(entry => entry.Name));
        Assert.Equal(tagged, pages.SelectMany(page => page.Rows.Tags));
        return [.. pages.Select(page => SnapshotCodec.Measure(page.Rows).Digest)];
    }
}
