using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Persistence;

namespace Marketplace.Provider.Tests.Fragments;

/// <summary>Fragments that come in one request, small and large ones, good and bad ones.</summary>
public sealed class FragmentIntakeTests
{
    /// <summary>Of one block, of a whole one, and of more.</summary>
    static readonly int[] Lengths = [1, 1, 1, 2, 3, 40, 64, 65, 130];

    static readonly TestFragment[] Known = [.. Lengths.Select((leaves, seed) => new TestFragment(leaves, seed))];

    /// <param name="kinds">Of <see cref="Known"/>: with large ones, or without.</param>
    /// <param name="capacity">What the node may take: a large fragment takes its room before small ones that came earlier in the request.</param>
    [Theory]
    [InlineData(9, 1 << 30)]
    [InlineData(7, 200 << 10)]
    public void AnyRequest_GetsWhatEachFragmentWouldGetAlone(int kinds, long capacity)
    {
        var piece = from kind in Gen.Choose(0, kinds - 1)
                    from isForged in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                    select (kind, isForged);
        var requests = Gen.ListOf(Gen.ListOf(piece));
        Prop.ForAll(requests.ToArbitrary(), sent => CompareAsync(sent, capacity).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithEndSize(12));
    }

    static async Task<bool> CompareAsync(IEnumerable<IEnumerable<(int Kind, bool IsForged)>> requests, long capacity)
    {
        await using var fixture = new StoreFixture(options => options with { CapacityBytes = capacity });
        await using var alone = new StoreFixture(options => options with { CapacityBytes = capacity });
        await fixture.RegisterAsync();
        await alone.RegisterAsync();
        foreach (var request in requests.Select(request => request.ToList()))
        {
            var expected = new List<FragmentWriteResult>();
            foreach (var (kind, isForged) in request)
                expected.Add(await WriteAloneAsync(alone, Known[kind], isForged));
            var taken = await TakeAsync(fixture.Store, request);
            Assert.Equal(expected, request.Select((_, i) => IsForgedWhileStored(request, i) ? RefusalOf(taken[i]) : taken[i]));
            Assert.Equal(alone.Store.Fragments.Totals(), fixture.Store.Fragments.Totals());
        }
        await fixture.ReopenAsync();
        foreach (var fragment in Known)
            Assert.Equal(await alone.ReadAsync(fragment.Root), await fixture.ReadAsync(fragment.Root));
        return true;
    }

    /// <summary>A large one that is forged while the true one, earlier in the request, is on its way to the disk: it is looked at unless that is there already.</summary>
    static bool IsForgedWhileStored(List<(int Kind, bool IsForged)> request, int at) =>
        request[at] is { IsForged: true, Kind: var kind } && Known[kind].Leaves > 64 && request[..at].Contains((kind, false));

    static FragmentWriteResult RefusalOf(FragmentWriteResult result)
    {
        Assert.True(result is FragmentWriteResult.RootMismatch or FragmentWriteResult.AlreadyStored, $"{result}");
        return FragmentWriteResult.AlreadyStored;
    }

    [Fact]
    public async Task ManySmallFragments_ShareWritesAndSyncs_AndLieBesideEachOther()
    {
        await using var fixture = new StoreFixture(options => options with { VolumeBytes = 32 << 20 });
        await fixture.RegisterAsync();
        var before = fixture.Durability.Syncs;
        var fragments = Enumerable.Range(0, 3000).Select(seed => new TestFragment(1, seed)).ToList();

        var results = await TakeAsync(fixture.Store, fragments);

        Assert.All(results, result => Assert.Equal(FragmentWriteResult.Stored, result));
        Assert.InRange(fixture.Durability.Syncs - before, 1, 3);
        Assert.Equal((3000L, 3000L * FragmentRecord.SizeOf(1024)), fixture.Store.Fragments.Totals());
        await fixture.ReopenAsync();
        foreach (var fragment in fragments.Where((_, i) => i % 250 == 0))
            Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Refused_CostNoWrite(int leaves)
    {
        await using var fixture = new StoreFixture(options => options with { StagingAllowanceLeaves = 64 });
        await fixture.RegisterAsync(gib: 0);
        var (stored, beyond, forged) = (new TestFragment(64, 1), new TestFragment(leaves, 2), new TestFragment(leaves, 3));
        Assert.Equal([FragmentWriteResult.Stored], await TakeAsync(fixture.Store, [stored]));
        var before = VolumeOf(fixture);

        Assert.Equal(
            [FragmentWriteResult.QuotaExceeded, FragmentWriteResult.AlreadyStored, FragmentWriteResult.QuotaExceeded],
            await TakeAsync(fixture.Store, [beyond, stored, beyond]));
        await using (var intake = fixture.Store.Fragments.OpenIntake(StoreFixture.Agreement))
        {
            await intake.TakeAsync(forged.Root, beyond.Bytes.Length, new MemoryStream(beyond.Bytes), CancellationToken.None);
            Assert.Equal([FragmentWriteResult.RootMismatch], await intake.FinishAsync(CancellationToken.None));
        }

        Assert.Equal(before, VolumeOf(fixture));
        Assert.Empty(fixture.Durability.Holes);
    }

    [Theory]
    [InlineData(1, 280, 300)]
    [InlineData(100, 2, 250)]
    public async Task Unfinished_CountAsTaken_UntilTheirRequestIsOver(int leaves, int fragments, int allowance)
    {
        await using var fixture = new StoreFixture(options => options with { StagingAllowanceLeaves = allowance });
        await fixture.RegisterAsync(gib: 0);
        var (ones, others) = (Some(0), Some(fragments));
        await using (var unfinished = fixture.Store.Fragments.OpenIntake(StoreFixture.Agreement))
        {
            foreach (var fragment in ones.SkipLast(1))
                await unfinished.TakeAsync(fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);
            var sender = new Pipe();
            var taking = unfinished.TakeAsync(ones[^1].Root, ones[^1].Bytes.Length, sender.Reader.AsStream(), CancellationToken.None);

            Assert.Contains(FragmentWriteResult.QuotaExceeded, await TakeAsync(fixture.Store, others));

            await sender.Writer.CompleteAsync();
            await taking;
        }
        fixture.Time.Advance(fixture.Options.StagingTime);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.All(await TakeAsync(fixture.Store, others), result => Assert.Equal(FragmentWriteResult.Stored, result));

        TestFragment[] Some(int from) => [.. Enumerable.Range(from, fragments).Select(seed => new TestFragment(leaves, seed))];
    }

    [Fact]
    public async Task ForAnUnknownAgreement_AreRefused()
    {
        await using var fixture = new StoreFixture();
        Assert.Equal(
            [FragmentWriteResult.UnknownAgreement, FragmentWriteResult.UnknownAgreement],
            await TakeAsync(fixture.Store, [new TestFragment(1, 1), new TestFragment(100, 2)]));
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")));
    }

    [Fact]
    public async Task OnADiskWithRoomForSome_KeepsThose()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        Assert.Equal([FragmentWriteResult.Stored], await TakeAsync(fixture.Store, [new TestFragment(1, 0)]));
        // What is reserved already holds 254 more records of 4 KiB; then the disk gives nothing.
        fixture.Durability.Full = true;

        var results = await TakeAsync(fixture.Store, [.. Enumerable.Range(1, 300).Select(seed => new TestFragment(1, seed))]);

        Assert.Equal(255, results.Count(result => result == FragmentWriteResult.Stored));
        Assert.Equal(45, results.Count(result => result == FragmentWriteResult.OutOfSpace));
        Assert.Equal(256, fixture.Store.Fragments.Totals().Fragments);
    }

    [Fact]
    public async Task GivenUpBeforeTheEnd_LeaveNothing_AndTheirSpaceGoesBack()
    {
        await using var fixture = new StoreFixture(options => options with { VolumeBytes = 1 << 20 });
        await fixture.RegisterAsync();
        var fragments = Enumerable.Range(0, 200).Select(seed => new TestFragment(1, seed)).ToList();
        await using (var intake = fixture.Store.Fragments.OpenIntake(StoreFixture.Agreement))
        {
            foreach (var fragment in fragments)
                await intake.TakeAsync(fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);
        }

        Assert.Equal((0L, 0L), fixture.Store.Fragments.Totals());
        Assert.Equal(192 * FragmentRecord.SizeOf(1024), fixture.Durability.Holes.Sum());
        // The volume that they filled in part can be filled, sealed and removed like any other.
        for (var seed = 1000; seed < 1400; seed++)
            Assert.Equal([FragmentWriteResult.Stored], await TakeAsync(fixture.Store, [new TestFragment(1, seed)]));
        fixture.Time.Advance(fixture.Options.StagingTime);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Single(Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")));
    }

    [Fact]
    public async Task SyncThatFails_AcknowledgesNone()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        fixture.Durability.FailSync = true;
        await Assert.ThrowsAsync<StoreFailedException>(() => TakeAsync(fixture.Store, [.. Enumerable.Range(0, 100).Select(seed => new TestFragment(1, seed))]));
        await fixture.ReopenAsync();
        Assert.Equal((0L, 0L), fixture.Store.Fragments.Totals());
    }

    [Fact]
    public async Task SameFragmentsInManyRequestsAtOnce_AreStoredOnce()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragments = Enumerable.Range(0, 150).Select(seed => new TestFragment(1 + seed % 3, seed)).ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => TakeAsync(fixture.Store, fragments))));

        for (var i = 0; i < fragments.Length; i++)
            Assert.Single(results, request => request[i] == FragmentWriteResult.Stored);
        Assert.Equal(150, fixture.Store.Fragments.Totals().Fragments);
        await fixture.ReopenAsync();
        foreach (var fragment in fragments)
            Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
    }

    internal static async Task<IReadOnlyList<FragmentWriteResult>> TakeAsync(ProviderStore store, IReadOnlyList<TestFragment> fragments)
    {
        await using var intake = store.Fragments.OpenIntake(StoreFixture.Agreement);
        foreach (var fragment in fragments)
            await intake.TakeAsync(fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);
        return await intake.FinishAsync(CancellationToken.None);
    }

    static async Task<IReadOnlyList<FragmentWriteResult>> TakeAsync(ProviderStore store, IReadOnlyList<(int Kind, bool IsForged)> request)
    {
        await using var intake = store.Fragments.OpenIntake(StoreFixture.Agreement);
        foreach (var (kind, isForged) in request)
        {
            using var content = Content(Known[kind], isForged);
            await intake.TakeAsync(Known[kind].Root, content.Length, content, CancellationToken.None);
            Assert.Equal(content.Length, content.Position);
        }
        return await intake.FinishAsync(CancellationToken.None);
    }

    static async Task<FragmentWriteResult> WriteAloneAsync(StoreFixture fixture, TestFragment fragment, bool isForged)
    {
        // A small one is in memory as a whole and is checked before anything else; a large one that is here already is not looked at.
        if (isForged && fragment.Leaves <= 64)
            return FragmentWriteResult.RootMismatch;
        using var content = Content(fragment, isForged);
        return await fixture.Store.Fragments.WriteAsync(StoreFixture.Agreement, fragment.Root, content.Length, content, CancellationToken.None);
    }

    static MemoryStream Content(TestFragment fragment, bool isForged)
    {
        var bytes = fragment.Bytes.ToArray();
        if (isForged)
            bytes[^1] ^= 1;
        return new MemoryStream(bytes);
    }

    static byte[] VolumeOf(StoreFixture fixture) =>
        File.ReadAllBytes(Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")).Single());
}
