using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Persistence;

namespace Marketplace.Provider.Tests.Fragments;

public sealed class FragmentStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    [InlineData(513)]
    public async Task Write_ThenReadAfterReopening_GivesTheSameBytes(int leaves)
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragment = new TestFragment(leaves, leaves);
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(fragment));
        Assert.Equal(FragmentWriteResult.AlreadyStored, await fixture.WriteAsync(fragment));
        await fixture.ReopenAsync();
        Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
        Assert.Null(await fixture.ReadAsync(fragment.Root, new AgreementId(2)));
    }

    [Fact]
    public async Task Write_ThatIsNotWhatWasAnnounced_IsRefusedAndReadToItsEnd()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (fragment, other) = (new TestFragment(70, 1), new TestFragment(70, 2));
        var content = new MemoryStream([.. other.Bytes, 7]);
        Assert.Equal(FragmentWriteResult.RootMismatch,
            await fixture.Store.Fragments.WriteAsync(StoreFixture.Agreement, fragment.Root, fragment.Bytes.Length, content,
                CancellationToken.None));
        Assert.Equal(7, content.ReadByte());
        Assert.Equal(FragmentWriteResult.LengthMismatch, await fixture.Store.Fragments.WriteAsync(
            StoreFixture.Agreement, fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes[..^1]), CancellationToken.None));
        Assert.Null(await fixture.ReadAsync(fragment.Root));
        Assert.Equal((0L, 0L), fixture.Store.Fragments.Totals());
    }

    [Theory]
    [InlineData(0, FragmentWriteResult.LengthMismatch)]
    [InlineData(-1024, FragmentWriteResult.LengthMismatch)]
    [InlineData(1023, FragmentWriteResult.LengthMismatch)]
    [InlineData(4 << 20, FragmentWriteResult.TooLarge)]
    [InlineData((64L << 20) + 1024, FragmentWriteResult.TooLarge)]
    public async Task Write_OfAnUnacceptableLength_IsRefused(long length, FragmentWriteResult expected)
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var content = new MemoryStream(new byte[Math.Max(0, length)]);
        Assert.Equal(expected,
            await fixture.Store.Fragments.WriteAsync(StoreFixture.Agreement, Hash256.Zero, length, content, CancellationToken.None));
    }

    [Fact]
    public async Task Write_ForAnUnknownOrClosedAgreement_IsRefused()
    {
        await using var fixture = new StoreFixture();
        Assert.Equal(FragmentWriteResult.UnknownAgreement, await fixture.WriteAsync(new TestFragment(1, 1)));
        await fixture.RegisterAsync();
        await fixture.Store.Agreements.CloseAsync(StoreFixture.Agreement, CancellationToken.None);
        Assert.Equal(FragmentWriteResult.AgreementClosed, await fixture.WriteAsync(new TestFragment(1, 1)));
    }

    [Fact]
    public async Task Write_BeyondReservedSpaceAndAllowance_IsRefused()
    {
        await using var fixture = new StoreFixture(options => options with { StagingAllowanceLeaves = 10 });
        await fixture.RegisterAsync(gib: 0);
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(8, 1)));
        Assert.Equal(FragmentWriteResult.QuotaExceeded, await fixture.WriteAsync(new TestFragment(3, 2)));
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(2, 3)));
    }

    [Fact]
    public async Task Write_BeyondTheNodesCapacity_IsOutOfSpace()
    {
        await using var fixture = new StoreFixture(options => options with { CapacityBytes = 8192 });
        await fixture.RegisterAsync();
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(2, 1)));
        Assert.Equal(4096, fixture.Store.Fragments.FreeBytes());
        Assert.Equal(FragmentWriteResult.OutOfSpace, await fixture.WriteAsync(new TestFragment(4, 2)));
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(3, 3)));
    }

    [Fact]
    public async Task Staged_ThatNoRevisionNames_IsCollectedAfterItsTime()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (kept, dropped) = (new TestFragment(5, 1), new TestFragment(70, 2));
        await fixture.WriteAsync(kept);
        await fixture.WriteAsync(dropped);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(new TestAgreement(StoreFixture.Agreement), (0, kept)));
        Assert.Equal(70UL, fixture.Store.Agreements.Find(StoreFixture.Agreement)!.StagedLeaves);
        fixture.Time.Advance(fixture.Options.StagingTime - TimeSpan.FromSeconds(1));
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(dropped.Bytes, await fixture.ReadAsync(dropped.Root));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Null(await fixture.ReadAsync(dropped.Root));
        Assert.Equal(kept.Bytes, await fixture.ReadAsync(kept.Root));
        Assert.Equal(0UL, fixture.Store.Agreements.Find(StoreFixture.Agreement)!.StagedLeaves);
        Assert.Equal((1L, FragmentRecord.SizeOf(5 * 1024)), fixture.Store.Fragments.Totals());
        Assert.Contains(FragmentRecord.SizeOf(70 * 1024), fixture.Durability.Holes);
    }

    [Fact]
    public async Task Volumes_ThatAreEmptied_AreRemoved()
    {
        await using var fixture = new StoreFixture(options => options with { VolumeBytes = 1 << 20 });
        await fixture.RegisterAsync();
        for (var i = 0; i < 12; i++)
            Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(200, i)));
        var files = Directory.GetFiles(Path.Combine(fixture.Directory, "volumes"));
        Assert.Equal(3, files.Length);
        fixture.Time.Advance(fixture.Options.StagingTime);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Single(Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")));
        await fixture.ReopenAsync();
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(new TestFragment(200, 99)));
    }

    [Fact]
    public async Task SpaceThatWasToBeGivenBackWhenTheNodeStopped_IsNotTakenFromWhatLiesThereSince()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (dropped, later) = (new TestFragment(70, 1), new TestFragment(80, 2));
        await fixture.WriteAsync(dropped);
        fixture.Time.Advance(fixture.Options.StagingTime);
        fixture.Durability.Step = step => throw new DurabilityException(step, 5);
        await Assert.ThrowsAsync<DurabilityException>(() => fixture.Store.CollectAsync(CancellationToken.None));
        await fixture.ReopenAsync();
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(later));

        await fixture.Store.CollectAsync(CancellationToken.None);

        Assert.Equal(later.Bytes, await fixture.ReadAsync(later.Root));
    }

    [Fact]
    public async Task Write_OfAFragmentThatTheDiskLost_TakesItsPlaceOnlyIfItIsTheSame()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (fragment, other) = (new TestFragment(70, 1), new TestFragment(70, 2));
        await fixture.WriteAsync(fragment);
        var totals = fixture.Store.Fragments.Totals();
        Damage.FlipByte(fixture, 128 + 5 * 1024);
        Assert.True(await fixture.Store.Losses.NoteAsync(StoreFixture.Agreement, fragment.Root, CancellationToken.None));

        Assert.Equal(FragmentWriteResult.RootMismatch, await fixture.Store.Fragments.WriteAsync(
            StoreFixture.Agreement, fragment.Root, other.Bytes.Length, new MemoryStream(other.Bytes), CancellationToken.None));
        Assert.False(await fixture.Store.Losses.IsReadableAsync(StoreFixture.Agreement, fragment.Root, CancellationToken.None));
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(fragment));

        Assert.Equal(FragmentWriteResult.AlreadyStored, await fixture.WriteAsync(fragment));
        Assert.Equal(totals, fixture.Store.Fragments.Totals());
        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.ReopenAsync();
        Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
    }

    [Fact]
    public async Task ManyUploadsAtOnce_ShareFsyncs()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var before = fixture.Durability.Syncs;
        var fragments = Enumerable.Range(0, 200).Select(i => new TestFragment(2, i)).ToList();
        var results = await Task.WhenAll(fragments.Select(fragment => Task.Run(() => fixture.WriteAsync(fragment))));
        Assert.All(results, result => Assert.Equal(FragmentWriteResult.Stored, result));
        Assert.InRange(fixture.Durability.Syncs - before, 1, 190);
    }

    [Fact]
    public async Task SameFragmentUploadedTwiceAtOnce_IsStoredOnce()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragment = new TestFragment(100, 1);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => fixture.WriteAsync(fragment))));
        Assert.Single(results, FragmentWriteResult.Stored);
        Assert.Equal(7, results.Count(result => result == FragmentWriteResult.AlreadyStored));
        Assert.Equal(1, fixture.Store.Fragments.Totals().Fragments);
        Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
    }
}
