using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Revisions;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>The kept inner nodes against trees that are made of all slots, and the slots that revisions take.</summary>
public sealed class CatalogTreeTests
{
    static readonly AgreementId One = new(7);
    static readonly MarketDomain Domain = new(31_337, Address.Zero, Address.Zero);
    static readonly PrivateKey Key = new(Enumerable.Repeat((byte)1, 32).ToArray());

    [Fact]
    public void AnyHistory_OfUploadsAndDeletions_LeavesTheTreeOfTheSlots()
    {
        var step = from adds in Gen.Frequency((6, Gen.Choose(0, 20)), (2, Gen.Choose(200, 300)), (1, Gen.Constant(4_100)))
                   from deletes in Gen.ListOf(Gen.Choose(0, 7))
                   from forgets in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                   select (adds, deletes.ToList(), forgets);
        Prop.ForAll(Gen.ListOf(step).ToArbitrary(), history => Run([.. history])).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithEndSize(12));
    }

    [Fact]
    public void Catalog_OfAnOlderVersion_GetsItsTreeWithTheNextRevision()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["catalog.db"];
        using (var catalog = Open(path))
            Change(catalog, 600, []);
        using (var file = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            file.Open();
            foreach (var trigger in file.Query<string>("SELECT name FROM sqlite_master WHERE type = 'trigger'").ToList())
                file.Execute($"DROP TRIGGER {trigger}");
            file.Execute("ALTER TABLE agreements DROP COLUMN takes_data; DROP TABLE pages; DROP TABLE nodes; DROP TABLE trees; DROP INDEX slots_garbage; DROP INDEX versions_replaced; PRAGMA user_version = 8");
        }
        using var later = CatalogDatabase.Open(path);
        Change(later, 3, []);
        Assert.Equal(603, later.Read(read => read.ListSlots(One)).Count);
    }

    [Theory]
    [InlineData("level = 8 AND number = 1")]
    [InlineData("level = 4 AND number = 37")]
    public void InnerNodes_ThatDoNotLeadToWhatWasSigned_AreMadeAnew(string which)
    {
        using var directory = new TemporaryDirectory();
        using var catalog = Open(directory["catalog.db"]);
        Change(catalog, 600, []);
        using (var file = new SqliteConnection($"Data Source={directory["catalog.db"]};Pooling=False"))
        {
            file.Open();
            file.Execute($"UPDATE nodes SET hash = zeroblob(32) WHERE {which}");
        }
        Change(catalog, 2, []);
        Change(catalog, 2, []);
    }

    static bool Run(List<(int Adds, List<int> Deletes, bool Forgets)> history)
    {
        using var directory = new TemporaryDirectory();
        using var catalog = Open(directory["catalog.db"]);
        foreach (var (adds, deletes, forgets) in history)
        {
            if (forgets)
                ReadAnew(catalog);
            Change(catalog, adds, deletes);
        }
        return true;
    }

    static CatalogDatabase Open(string path)
    {
        var catalog = CatalogDatabase.Open(path);
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        return catalog;
    }

    /// <summary>An upload of that many fragments, after which the older versions of those numbers are garbage.</summary>
    static void Change(CatalogDatabase catalog, int adds, List<int> deletes)
    {
        var before = catalog.Read(read => read.ListSlots(One));
        var version = catalog.Write(change => change.AddCommitting(Name($"{Guid.NewGuid()}"), hidden: false, 1, 5, DateTimeOffset.UnixEpoch, [1]));
        var additions = Enumerable.Range(0, adds).Select(i => new NewFragment(Root(i), (uint)(1 + i % 3), version)).ToList();
        var pending = catalog.Write(change =>
        {
            var plan = RevisionPlanner.Plan(Domain, change, change.FindAgreement(One)!, additions, Key);
            if (plan is not null)
                change.AddPending(plan);
            return plan;
        });
        if (pending is not null)
        {
            catalog.Write(change => change.Settle(One, pending.Signature, DateTimeOffset.UnixEpoch));
            RequireSame(catalog, before, pending);
        }
        var older = catalog.Read(read => read.ListCommitting()).Select(row => row.Id).ToList();
        catalog.Write(change => deletes.Where(number => number < older.Count).Distinct().ToList().ForEach(number => change.Delete(older[number])));
    }

    static void RequireSame(CatalogDatabase catalog, IReadOnlyList<StoredSlot> before, PendingRevision pending)
    {
        var slots = catalog.Read(read => read.ListSlots(One));
        var expected = Roots.OfAgreement(slots.Select(slot => (slot.Slot, slot.Root, slot.Leaves)));
        Assert.Equal(expected, (pending.Revision.DataRoot, pending.Revision.Weight));
        var kept = catalog.Write(change => change.OpenTree(change.FindAgreement(One)!).Root);
        Assert.Equal(expected, (kept.Hash.ToHash256(), kept.Weight));

        var occupied = before.Select(slot => slot.Slot).ToHashSet();
        var filled = pending.Changes.Where(change => change.Root is not null).Select(change => change.Slot).ToList();
        Assert.Equal(Enumerable.Range(0, int.MaxValue).Select(slot => (uint)slot).Where(slot => !occupied.Contains(slot)).Take(filled.Count), filled);
        Assert.Equal(before.Where(slot => slot is { Version: null, IsUnclaimed: false }).Select(slot => slot.Slot),
            pending.Changes.Where(change => change.Root is null).Select(change => change.Slot));
    }

    /// <summary>As a recovery does that finds the same at the provider.</summary>
    static void ReadAnew(CatalogDatabase catalog) => catalog.Write(change =>
    {
        var slots = change.ListSlots(One);
        change.EmptyAllSlots(One);
        foreach (var slot in slots)
            change.FillSlot(One, slot);
    });

    static ObjectName Name(string text)
    {
        Assert.True(ObjectName.TryCreate(text, out var name, out _));
        return name;
    }

    static Hash256 Root(int seed) => new([.. Enumerable.Repeat((byte)(seed + 1), 31), (byte)(seed >> 8)]);
}
