using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Tests.Persistence;

/// <summary>Random histories of one store against a dictionary, a set and a list.</summary>
public sealed class StoreModelTests
{
    const int Kinds = 10, Slots = 7;

    static readonly TestFragment[] Fragments = Enumerable.Range(0, Kinds).Select(i => new TestFragment(1 + 23 * i, 1000 + i)).ToArray();

    enum Act
    {
        Upload, Fill, Empty, Wrong, Wait, Collect, Checkpoint, Release, Reopen,
    }

    [Fact]
    public void AnyHistory_LeavesTheStoreAsTheModelSays()
    {
        var step = from act in Gen.Frequency(
                (6, Gen.Constant(Act.Upload)), (6, Gen.Constant(Act.Fill)), (3, Gen.Constant(Act.Empty)), (1, Gen.Constant(Act.Wrong)),
                (2, Gen.Constant(Act.Wait)), (3, Gen.Constant(Act.Collect)), (3, Gen.Constant(Act.Checkpoint)), (2, Gen.Constant(Act.Release)),
                (1, Gen.Constant(Act.Reopen)))
                   from kind in Gen.Choose(0, Kinds - 1)
                   from slot in Gen.Choose(0, Slots - 1)
                   select (act, kind, slot);
        Prop.ForAll(Gen.ListOf(step).ToArbitrary(), history => RunAsync(history).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(60));
    }

    static async Task<bool> RunAsync(IEnumerable<(Act Act, int Kind, int Slot)> history)
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var model = new Model(fixture);
        foreach (var (act, kind, slot) in history)
        {
            await model.DoAsync(act, Fragments[kind], (ulong)slot);
            await model.CompareAsync(afterCollection: act == Act.Collect);
        }
        return true;
    }

    sealed class Model(StoreFixture fixture)
    {
        readonly TestAgreement agreement = new(StoreFixture.Agreement);
        readonly Dictionary<TestFragment, DateTimeOffset> stagedUntil = [];
        readonly HashSet<TestFragment> stored = [];
        readonly List<(StoredCheckpoint Checkpoint, List<TestFragment> Holds)> retained = [];

        public async Task DoAsync(Act act, TestFragment fragment, ulong slot)
        {
            switch (act)
            {
                case Act.Upload:
                    Assert.Equal(stored.Add(fragment) ? FragmentWriteResult.Stored : FragmentWriteResult.AlreadyStored,
                        await fixture.WriteAsync(fragment));
                    stagedUntil[fragment] = fixture.Time.GetUtcNow() + fixture.Options.StagingTime;
                    break;
                case Act.Fill:
                    await FillAsync(fragment, slot);
                    break;
                case Act.Empty:
                    var emptied = await fixture.ReviseAsync(agreement, (slot, null));
                    Assert.True(emptied is RevisionResult.Applied or RevisionResult.SlotEmpty);
                    break;
                case Act.Wrong:
                    var request = agreement.With([]).Request([]) with { Weight = agreement.Weight + 1 };
                    Assert.IsType<RevisionResult.DataRootMismatch>(
                        await fixture.Store.Agreements.ApplyRevisionAsync(request, CancellationToken.None));
                    break;
                case Act.Wait:
                    fixture.Time.Advance(fixture.Options.StagingTime / 2);
                    break;
                case Act.Collect:
                    await fixture.Store.CollectAsync(CancellationToken.None);
                    stored.RemoveWhere(candidate => !IsNeeded(candidate));
                    break;
                case Act.Checkpoint:
                    await CheckpointAsync();
                    break;
                case Act.Release when retained.Count > 0:
                    await fixture.Store.Checkpoints.ReleaseGarbageAsync(retained[^1].Checkpoint.Sequence, CancellationToken.None);
                    retained.RemoveRange(0, retained.Count - 1);
                    break;
                case Act.Reopen:
                    await fixture.ReopenAsync();
                    break;
            }
        }

        public async Task CompareAsync(bool afterCollection)
        {
            foreach (var fragment in Fragments)
                Assert.Equal(stored.Contains(fragment) ? fragment.Bytes : null, await fixture.ReadAsync(fragment.Root));
            var found = fixture.Store.Agreements.Find(agreement.Id)!;
            Assert.Equal(
                (agreement.Number, agreement.DataRoot, agreement.Weight),
                (found.Revision.Number, found.Revision.DataRoot, found.Revision.Weight));
            Assert.Equal(stored.Count, fixture.Store.Fragments.Totals().Fragments);
            Assert.Equal((0L, 0L), Drift());
            if (!afterCollection)
                return;
            for (var i = 0; i < retained.Count; i++)
                CheckpointBookTests.Answer(fixture, retained[i].Checkpoint, CheckpointBookTests.Seed(i));
        }

        /// <summary>How far the sums that are kept are from the rows they sum up.</summary>
        (long StagedLeaves, long Bytes) Drift()
        {
            using var connection = new SqliteConnection($"Data Source={fixture.Directory}/index.db;Mode=ReadOnly;Pooling=False");
            connection.Open();
            return connection.QuerySingle<(long, long)>(
                """
                SELECT (SELECT staged_leaves FROM agreements) - (SELECT coalesce(sum(length / 1024), 0) FROM fragments WHERE refs = 0),
                    (SELECT bytes FROM store_totals) - (SELECT coalesce(sum((128 + length + iif(length > 65536, (length + 65535) / 65536 * 32, 0)
                        + 4095) / 4096 * 4096), 0) FROM fragments)
                """);
        }

        async Task FillAsync(TestFragment fragment, ulong slot)
        {
            var wasOccupied = agreement.Slots.ContainsKey(slot);
            var result = await fixture.ReviseAsync(agreement, (slot, fragment));
            if (wasOccupied)
                Assert.IsType<RevisionResult.SlotOccupied>(result);
            else if (!stored.Contains(fragment))
                Assert.IsType<RevisionResult.FragmentNotStored>(result);
            else
                Assert.IsType<RevisionResult.Applied>(result);
        }

        async Task CheckpointAsync()
        {
            var checkpoint = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
            if (retained.Count == 0 || retained[^1].Checkpoint.Sequence != checkpoint.Sequence)
                retained.Add((checkpoint, [.. agreement.Slots.Values]));
        }

        bool IsNeeded(TestFragment fragment) =>
            stagedUntil[fragment] > fixture.Time.GetUtcNow()
            || agreement.Slots.ContainsValue(fragment)
            || retained.Any(entry => entry.Holds.Contains(fragment));
    }
}
