using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Tests.Catalog;

public sealed class CatalogDatabaseTests : IDisposable
{
    static readonly AgreementId One = new(UInt128.MaxValue);
    static readonly Signature Signature = new PrivateKey(Enumerable.Repeat((byte)1, 32).ToArray()).Sign(Hash256.Zero);

    readonly TemporaryDirectory directory = new();
    readonly CatalogDatabase catalog;

    public CatalogDatabaseTests() => catalog = CatalogDatabase.Open(directory["catalog.db"]);

    public void Dispose()
    {
        catalog.Dispose();
        directory.Dispose();
    }

    static ObjectName Name(string text)
    {
        Assert.True(ObjectName.TryCreate(text, out var name, out _));
        return name;
    }

    static Hash256 Root(byte seed) => new(Enumerable.Repeat(seed, 32).ToArray());

    VersionId Add(string name, ulong number = 1) =>
        catalog.Write(change => change.AddCommitting(Name(name), hidden: false, number, 5, DateTimeOffset.UnixEpoch, [1, 2, 3]));

    void MakeLive(VersionId id) => catalog.Write(change => change.MakeLive(change.ListCommitting().Single(version => version.Id == id), DateTimeOffset.UnixEpoch.AddDays(1)));

    [Fact]
    public void File_MadeHere_IsForItsOwnerOnly()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory["catalog.db"]));
    }

    [Fact]
    public void File_ThatWasClosedMeanwhile_IsSaidToBeClosed()
    {
        catalog.Dispose();
        Assert.Throws<ObjectDisposedException>(() => catalog.Read(read => read.CountKept()));
        Assert.Throws<ObjectDisposedException>(() => catalog.Write(change => change.SetRetention(Retention.None)));
    }

    public static TheoryData<string> OddNames() =>
        ["../../etc/passwd", "/", "a\0b", "\0", " ", "é", "e\u0301", new string('\u6587', 4096),
            string.Concat(Enumerable.Repeat("\U0001F600", 2048)), "'; DROP TABLE versions; --"];

    [Theory]
    [MemberData(nameof(OddNames))]
    public void Names_OfAnyKind_AreKeptExactly(string text)
    {
        MakeLive(Add(text));
        Assert.Equal(text, catalog.Read(read => read.FindLive(Name(text)))?.Name.Value);
        Assert.Equal([text], catalog.Read(read => read.ListLive()).Select(version => version.Name.Value));
    }

    [Fact]
    public void Names_ThatAreNone_AreRefused()
    {
        foreach (var text in new[] { null, "", "\uD800", "a\uDC00b", new string('a', 4097) })
        {
            Assert.False(ObjectName.TryCreate(text, out _, out var problem));
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public void Upload_UntilMadeLive_IsNotListed()
    {
        var id = Add("a");
        Assert.Empty(catalog.Read(read => read.ListLive()));
        MakeLive(id);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(1), Assert.Single(catalog.Read(read => read.ListLive())).Created);
    }

    [Fact]
    public void Version_Replaced_LeavesGarbage_OnceTheProvidersHaveACatalogWithoutIt()
    {
        catalog.Write(change => change.SetRetention(Retention.None));
        var first = Add("a");
        MakeLive(first);
        catalog.Write(change =>
        {
            change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9));
            change.FillSlot(One, new StoredSlot(3, Root(1), 4, first));
        });
        Assert.Equal([first], catalog.Read(read => read.FindOwners(One, Root(1))));
        Assert.Empty(catalog.Read(read => read.FindOwners(One, Root(2))));
        Assert.Equal(2ul, catalog.Read(read => read.NextNumber(Name("a"), false)));
        MakeLive(Add("a", 2));
        Assert.Equal(2ul, Assert.Single(catalog.Read(read => read.ListLive())).Number);
        Assert.Empty(catalog.Read(read => read.ListAgreementsWithGarbage()));
        Assert.Equal([GarbageSlot.Of(One, 3, Root(1))], catalog.Read(read => read.ListGarbage(10, CatalogPublisher.SnapshotName)));
        catalog.Write(change => change.ReleaseReplaced());
        Assert.Equal([One], catalog.Read(read => read.ListAgreementsWithGarbage()));
        Assert.Null(Assert.Single(catalog.Read(read => read.ListSlots(One))).Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/")]
    [InlineData("\u00ff")]
    [InlineData("\U0010ffff")]
    [InlineData("none")]
    public void Listed_ByPrefix_AreThoseWhoseNamesBeginSo(string prefix)
    {
        string[] names = ["a", "a/", "a/b", "a/\u00ff", "a0", "b", "\u00ff", "\u00ff\u00ff", "\u0100", "\uffff", "\U0010ffff", "\U0010ffffa"];
        catalog.Write(change =>
        {
            foreach (var name in names)
                change.AddLive(Name(name), hidden: false, 1, 0, DateTimeOffset.UnixEpoch, []);
        });
        Assert.Equal(
            names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            catalog.Read(read => read.ListLive(prefix)).Select(version => version.Name.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pending_Settled_BecomesTheContents()
    {
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        var version = Add("a");
        var pending = new PendingRevision(
            new Revision(
                One, 1, Root(9), 6), Signature, [new PendingChange(0, Root(1), 2, version), new PendingChange(uint.MaxValue, Root(2), 4, version)]);
        catalog.Write(change => change.AddPending(pending));
        var read = catalog.Read(read => read.FindPending(One))!;
        Assert.Equal(pending with { Changes = read.Changes }, read);
        Assert.Equal(pending.Changes, read.Changes);
        catalog.Write(change => change.Settle(One, Signature, DateTimeOffset.UnixEpoch));
        Assert.Null(catalog.Read(read => read.FindPending(One)));
        var agreement = catalog.Read(read => read.FindAgreement(One))!;
        Assert.Equal(pending.Revision, agreement.Revision);
        Assert.Equal(Signature, agreement.ProviderSignature);
        Assert.Equal([new StoredSlot(0, Root(1), 2, version), new StoredSlot(uint.MaxValue, Root(2), 4, version)],
            catalog.Read(read => read.ListSlots(One)));
    }

    [Fact]
    public void Signings_AreKeptForSomeDays_WithTheNewestBefore()
    {
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        Assert.Empty(catalog.Read(read => read.ListSignings(One)));
        foreach (var (number, day) in new[] { (1ul, 1), (2ul, 2), (3ul, 3), (4ul, 16), (5ul, 17) })
            catalog.Write(change =>
            {
                change.AddPending(new PendingRevision(new Revision(One, number, Root(9), 6), Signature, []));
                change.Settle(One, Signature, DateTimeOffset.UnixEpoch.AddDays(day));
            });

        var kept = catalog.Read(read => read.ListSignings(One));

        Assert.Equal([(3ul, 3), (4ul, 16), (5ul, 17)], kept.Select(row => (row.Number, (row.KnownAt - DateTimeOffset.UnixEpoch).Days)));
        catalog.Write(change => change.RemoveAgreement(One));
        Assert.Empty(catalog.Read(read => read.ListSignings(One)));
    }

    [Fact]
    public void Pending_SettledAfterItsUploadWasGivenUp_IsGarbage()
    {
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        var version = Add("a");
        var pending = new PendingRevision(new Revision(One, 1, Root(9), 2), Signature, [new PendingChange(0, Root(1), 2, version)]);
        catalog.Write(change => change.AddPending(pending));
        catalog.Write(change => change.Delete(version));
        catalog.Write(change => change.Settle(One, Signature, DateTimeOffset.UnixEpoch));
        Assert.Null(Assert.Single(catalog.Read(read => read.ListSlots(One))).Version);
    }

    [Fact]
    public void Pending_OfSeveralVersions_FillsTheirSlots_AndGarbageOfThoseGivenUp()
    {
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        catalog.Write(change => change.FillSlot(One, new StoredSlot(4, Root(7), 1, null)));
        Assert.Equal([null], catalog.Read(read => read.FindOwners(One, Root(7))));
        var (first, second, givenUp) = (Add("a"), Add("b"), Add("c"));
        catalog.Write(change => change.AddPending(new PendingRevision(
            new Revision(One, 1, Root(9), 6), Signature,
            [
                new PendingChange(0, Root(1), 2, first), new PendingChange(1, Root(2), 1, second), new PendingChange(2, Root(3), 1, givenUp),
                new PendingChange(4, null, 0, null),
            ])));
        Assert.Equal((0, 1), catalog.Read(read => read.CountFragments(second)));
        catalog.Write(change => change.Delete(givenUp));
        catalog.Write(change => change.Settle(One, Signature, DateTimeOffset.UnixEpoch));
        Assert.Equal((1, 0), catalog.Read(read => read.CountFragments(second)));
        Assert.Equal(
            [new StoredSlot(0, Root(1), 2, first), new StoredSlot(1, Root(2), 1, second), new StoredSlot(2, Root(3), 1, null)],
            catalog.Read(read => read.ListSlots(One)));
    }

    [Fact]
    public void Pending_WrittenBeforeRevisionsHadSeveralVersions_KeepsItsOwn()
    {
        var path = directory["old.db"];
        using (var old = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            old.Open();
            using var command = old.CreateCommand();
            command.CommandText = string.Join('\n', CatalogSchema.Steps[..2]) + $"""
                ;
                INSERT INTO versions VALUES (5, x'61', 1, 1, 0, 5, 0, x'00');
                INSERT INTO agreements VALUES ('{One}', zeroblob(20), 1, 9, 0, zeroblob(32), 0, NULL, NULL);
                INSERT INTO pending VALUES ('{One}', 1, zeroblob(32), 2, x'{Convert.ToHexString(Signature.ToArray())}', 5);
                INSERT INTO pending_changes VALUES ('{One}', 0, zeroblob(32), 2), ('{One}', 3, NULL, 0);
                PRAGMA user_version = 2;
                """;
            command.ExecuteNonQuery();
        }
        using var opened = CatalogDatabase.Open(path);
        Assert.Equal([new VersionId(5), null], opened.Read(read => read.FindPending(One))!.Changes.Select(change => change.Version));
    }

    [Fact]
    public void Agreement_WithAPendingRevision_TakesNoSecond()
    {
        catalog.Write(change => change.SaveTerms(One, Address.Zero, new GiB(1), new Epoch(9)));
        var pending = new PendingRevision(new Revision(One, 1, Root(9), 2), Signature, [new PendingChange(0, Root(1), 2, null)]);
        catalog.Write(change => change.AddPending(pending));
        Assert.ThrowsAny<Exception>(() => catalog.Write(change => change.AddPending(pending)));
    }

    [Fact]
    public void Change_ThatThrows_LeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => catalog.Write(change =>
        {
            change.SetProperty("a", "1");
            throw new InvalidOperationException();
        }));
        Assert.Null(catalog.Read(read => read.GetProperty("a")));
    }

    [Fact]
    public void File_OfALaterVersionOrOfGarbage_IsRefused()
    {
        File.WriteAllBytes(directory["garbage.db"], Enumerable.Repeat((byte)7, 8192).ToArray());
        Assert.Throws<CatalogUnusableException>(() => CatalogDatabase.Open(directory["garbage.db"]));
        using (CatalogDatabase.Open(directory["later.db"]))
        {
        }
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={directory["later.db"]};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        Assert.Throws<CatalogUnusableException>(() => CatalogDatabase.Open(directory["later.db"]));
    }
}
