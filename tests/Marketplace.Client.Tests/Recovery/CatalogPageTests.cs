using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>How a catalog is cut into pages, and what is noted of them.</summary>
public sealed class CatalogPageTests : IDisposable
{
    const int PageNames = 4;

    readonly TemporaryDirectory directory = new();

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

    /// <summary>Whatever happens to rows: what was noted of pages is what reading them gives.</summary>
    [Fact]
    public void NotedPages_AreAsTheirRowsAre() => Prop.ForAll<byte[]>(steps =>
    {
        using var catalog = CatalogDatabase.Open(directory[$"{Guid.NewGuid()}.db"]);
        foreach (var step in steps)
        {
            catalog.Write(change => Change(change, step));
            if (step % 3 == 0)
                Assert.Equal(Outlines(catalog, noted: false), Outlines(catalog, noted: true));
        }
        Assert.Equal(Outlines(catalog, noted: false), Outlines(catalog, noted: true));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(100));

    static void Change(CatalogTransaction change, byte step)
    {
        var (name, other) = (Consumer.Name($"object {step % 40}"), Consumer.Name($"object {step / 6}"));
        var live = change.FindLive(name);
        switch (step % 7)
        {
            case 0 when live is not null:
                change.Keep(live.Id, DateTimeOffset.UnixEpoch.AddDays(1));
                break;
            case 1 when live is not null:
                change.Delete(live.Id);
                break;
            case 2 when live is not null && change.FindLive(other) is null:
                change.RenameAll(name, other);
                break;
            case 3:
                change.SetTags(new TaggedName(name, Tag($"t{step}"), DateTimeOffset.UnixEpoch));
                break;
            case 4 when live is null && change.ListKept(name) is [var kept, ..]:
                change.Restore(kept, DateTimeOffset.UnixEpoch.AddDays(2));
                break;
            default:
                if (live is null)
                    change.AddLive(name, hidden: false, change.NextNumber(name, hidden: false), step, DateTimeOffset.UnixEpoch, [step]);
                break;
        }
    }

    static List<PageOutline> Outlines(CatalogDatabase catalog, bool noted) => catalog.Write(change =>
    {
        var pages = new List<PageOutline>();
        do
        {
            var after = pages.LastOrDefault()?.Last;
            var page = (noted ? change.FindPage(after) : null) ?? CatalogPage.Read(change, after, PageNames).Outline();
            if (noted)
                change.NotePage(after, page);
            pages.Add(page);
        }
        while (pages[^1].Last is not null);
        return pages;
    });

    [Theory]
    [InlineData(600, 3)]
    [InlineData(20_000, 4)]
    [InlineData(80_000, 4)]
    public void LargeManifests_ChangeFewPagesToo(int manifest, int most)
    {
        using var catalog = CatalogDatabase.Open(directory["catalog.db"]);
        var count = manifest == 600 ? 20_000 : 3_000;
        catalog.Write(change =>
        {
            for (var number = 0; number < count; number++)
                AddLarge(change, $"object {number:D6}");
        });
        var before = Digests(catalog, CatalogPage.MeanNames);
        for (var step = 0; step < 4; step++)
        {
            catalog.Write(change => AddLarge(change, $"object {step * count / 4:D6}a"));
            var after = Digests(catalog, CatalogPage.MeanNames);
            Assert.InRange(after.Except(before).Count(), 1, most);
            before = after;
        }

        void AddLarge(CatalogTransaction change, string name) =>
            change.AddLive(Consumer.Name(name), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, new byte[manifest]);
    }

    [Fact]
    public void SmallCatalog_IsInOnePiece_WhateverItsNamesAre()
    {
        using var catalog = CatalogDatabase.Open(directory["catalog.db"]);
        catalog.Write(change =>
        {
            for (var number = 0; number < 2 * CatalogPage.MeanNames; number++)
                change.AddLive(Consumer.Name($"photo {number}"), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, [1]);
        });
        Assert.Equal(2 * CatalogPage.MeanNames, catalog.Read(read => CatalogPage.TryReadAll(read, CatalogPage.MeanNames))!.Entries.Count);
        catalog.Write(change => change.AddLive(Consumer.Name("one more"), hidden: false, 1, 1, DateTimeOffset.UnixEpoch, [1]));
        Assert.Null(catalog.Read(read => CatalogPage.TryReadAll(read, CatalogPage.MeanNames)));
    }

    static TagSet Tag(string tag) => TagSet.TryCreate([tag], out var made, out _) ? made : throw new ArgumentException("No tag.", nameof(tag));

    /// <summary>Of all pages, which together have every row once and in order.</summary>
    static HashSet<Hash256> Digests(CatalogDatabase catalog, int meanNames = PageNames)
    {
        var pages = new List<CatalogPage>();
        do
            pages.Add(catalog.Read(read => CatalogPage.Read(read, pages.LastOrDefault()?.Last, meanNames)));
        while (pages[^1].Last is not null);
        var (live, tagged) = catalog.Read(read => (read.ListLive(), read.ListTagged()));
        Assert.Equal(live.Select(version => version.Name), pages.SelectMany(page => page.Rows.Entries).Select(entry => entry.Name));
        Assert.Equal(tagged, pages.SelectMany(page => page.Rows.Tags));
        return [.. pages.Select(page => SnapshotCodec.Measure(page.Rows).Digest)];
    }
}
