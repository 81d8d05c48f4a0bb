using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Tests.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Tests.Agreements;

/// <summary>The tree in the index against the one in memory, over slots at all the places where pages and levels begin and end.</summary>
public sealed class TreeIndexTests
{
    static readonly TestFragment[] Fragments = [.. Enumerable.Range(0, 5).Select(i => new TestFragment(1 + i, 4000 + i))];

    static readonly ulong[] Places = [0, 1, 14, 15, 16, 17, 30, 255, 256, 257, 4094, 4095, 4096, 40_000, 65_535];

    static readonly byte[] Signature = [1, .. new byte[64]];

    [Fact]
    public void AnyHistory_HasTheTreeOfEveryCheckpoint_AndOfNow()
    {
        var change = from place in Gen.Elements(Places)
                     from kind in Gen.Choose(-2, Fragments.Length - 1)
                     select (place, kind);
        var revision = from changes in Gen.NonEmptyListOf(change)
                       from isCheckpoint in Gen.Elements(true, false, false)
                       select (changes.DistinctBy(entry => entry.place).ToList(), isCheckpoint);
        Prop.ForAll(Gen.ListOf(revision).ToArbitrary(), history => RunAsync(history).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithEndSize(10));
    }

    [Fact]
    public async Task ManySlots_GrownAndEmptied_AreTheTreeInMemory()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        await fixture.WriteAsync(Fragments[0]);
        var tree = new AgreementTree();
        await ReviseAsync(fixture, tree, [.. Enumerable.Range(0, 600).Select(slot => ((ulong)slot, (TestFragment?)Fragments[0]))]);
        AssertSame(fixture, tree, 1);
        await ReviseAsync(fixture, tree, [.. Enumerable.Range(1, 599).Select(slot => ((ulong)slot, (TestFragment?)null))]);
        AssertSame(fixture, tree, 2);
        await ReviseAsync(fixture, tree, [(0, null)]);
        AssertSame(fixture, tree, 3);
        await ReviseAsync(fixture, tree, [(300, Fragments[0])]);
        AssertSame(fixture, tree, 4);
    }

    [Fact]
    public async Task InnerNodes_WhenMadeAnew_AreAsTheyWere()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        foreach (var fragment in Fragments)
            await fixture.WriteAsync(fragment);
        var tree = new AgreementTree();
        await ReviseAsync(fixture, tree, [.. Places.Select((place, i) => (place, (TestFragment?)Fragments[i % Fragments.Length]))]);
        var first = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await ReviseAsync(fixture, tree, [(0, null), (4095, null), (65_535, null), (77, Fragments[1])]);
        var second = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);

        await fixture.Store.DisposeAsync();
        Execute(fixture, "PRAGMA user_version = 3; DROP TABLE nodes; DROP TABLE volume_use; ALTER TABLE agreements DROP COLUMN occupied");
        await fixture.ReopenAsync();

        AssertSame(fixture, tree, 2);
        for (var i = 0; i < 8; i++)
        {
            CheckpointBookTests.Answer(fixture, first, CheckpointBookTests.Seed(i));
            CheckpointBookTests.Answer(fixture, second, CheckpointBookTests.Seed(i));
        }
        await ReviseAsync(fixture, tree, [(0, Fragments[2])]);
    }

    [Fact]
    public async Task DamagedInnerNode_IsNoticed()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        await fixture.WriteAsync(Fragments[0]);
        await ReviseAsync(fixture, new AgreementTree(), [.. Enumerable.Range(0, 40).Select(slot => ((ulong)slot, (TestFragment?)Fragments[0]))]);
        Execute(fixture, "UPDATE nodes SET hash = zeroblob(32) WHERE level = 4 AND number = 1");

        Assert.Throws<InvalidDataException>(() => Read(fixture, 1, tree => tree.PathOf(20)));
    }

    [Fact]
    public async Task InnerNodes_OfRevisionsThatNothingIsProvenFrom_AreGone()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        await fixture.WriteAsync(Fragments[0]);
        var tree = new AgreementTree();
        for (var slot = 0UL; slot < 40; slot++)
            await ReviseAsync(fixture, tree, [(slot, Fragments[0])]);
        // None of them was in a checkpoint, so each took the place of the one before.
        Assert.Equal(3, Count(fixture));
        await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await ReviseAsync(fixture, tree, [(0, null)]);
        Assert.Equal(4, Count(fixture));
        var last = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await fixture.Store.Checkpoints.ReleaseGarbageAsync(last.Sequence, CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(3, Count(fixture));

        await fixture.Store.Agreements.CloseAsync(StoreFixture.Agreement, CancellationToken.None);
        var empty = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await fixture.Store.Checkpoints.ReleaseGarbageAsync(empty.Sequence, CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(0, Count(fixture));

        static long Count(StoreFixture fixture) => Query(fixture, connection => connection.ExecuteScalar<long>("SELECT count(*) FROM nodes"));
    }

    static async Task<bool> RunAsync(IEnumerable<(List<(ulong Place, int Kind)> Changes, bool IsCheckpoint)> history)
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        foreach (var fragment in Fragments)
            await fixture.WriteAsync(fragment);
        var (tree, number) = (new AgreementTree(), 0L);
        var checkpoints = new List<StoredCheckpoint>();
        foreach (var (changes, isCheckpoint) in history)
        {
            await ReviseAsync(fixture, tree, [.. changes.SelectMany(change => Steps(tree, change.Place, change.Kind))]);
            AssertSame(fixture, tree, ++number);
            if (isCheckpoint)
                checkpoints.Add(await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None));
        }
        await fixture.Store.CollectAsync(CancellationToken.None);
        for (var i = 0; i < checkpoints.Count; i++)
            CheckpointBookTests.Answer(fixture, checkpoints[i], CheckpointBookTests.Seed(i));
        return true;
    }

    static IEnumerable<(ulong, TestFragment?)> Steps(AgreementTree tree, ulong place, int kind)
    {
        if (!tree[(uint)place].IsEmpty)
            yield return (place, null);
        if (kind >= 0)
            yield return (place, Fragments[kind]);
    }

    static async Task ReviseAsync(StoreFixture fixture, AgreementTree tree, (ulong Slot, TestFragment? Fragment)[] changes)
    {
        var number = fixture.Store.Agreements.Find(StoreFixture.Agreement)!.Revision.Number + 1;
        tree.Apply(changes.Select(change => KeyValuePair.Create(
            (uint)change.Slot,
            change.Fragment is { } fragment ? new SumNode(fragment.Root.ToDigest(), fragment.Leaves) : SumNode.Empty)));
        var result = await fixture.Store.Agreements.ApplyRevisionAsync(
            new RevisionRequest(
                StoreFixture.Agreement, number, tree.Root.Hash.ToHash256(), tree.Root.Weight,
                [.. changes.Select(change => new SlotChange(change.Slot, change.Fragment?.Root))], Signature, Signature),
            CancellationToken.None);
        Assert.IsType<RevisionResult.Applied>(result);
    }

    static void AssertSame(StoreFixture fixture, AgreementTree expected, long revision) => Read(fixture, revision, stored =>
    {
        Assert.Equal((expected.Root, expected.Depth), (stored.Root, stored.Depth));
        foreach (var (slot, node) in expected.Occupied().Take(40))
        {
            Assert.Equal(node, stored[slot]);
            Assert.Equal(expected.PathOf(slot).Siblings.ToArray(), stored.PathOf(slot).Siblings.ToArray());
        }
        for (var leaf = 0UL; leaf < Math.Min(expected.Root.Weight, 60); leaf++)
            Assert.Equal(expected.LocateLeaf(leaf), stored.LocateLeaf(leaf));
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.LocateLeaf(expected.Root.Weight));
        return true;
    });

    static T Read<T>(StoreFixture fixture, long revision, Func<PagedTree, T> read) =>
        Query(fixture, connection => read(TreeIndex.Open(connection, 1, revision)));

    static void Execute(StoreFixture fixture, string sql) => Query(fixture, connection => connection.Execute(sql));

    static T Query<T>(StoreFixture fixture, Func<SqliteConnection, T> query)
    {
        using var connection = new SqliteConnection($"Data Source={fixture.Directory}/index.db;Pooling=False");
        connection.Open();
        return query(connection);
    }
}
