using Marketplace.Provider.Scrubbing;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Tests.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Scrubbing;

public sealed class FragmentScrubTests
{
    /// <summary>Bytes of a record's header, and leaves of one of its blocks.</summary>
    const int Header = 128, BlockLeaves = 64;

    static readonly ScrubOptions Unhindered = new() { BytesPerSecond = 1L << 40 };

    [Fact]
    public async Task Round_OverASoundStore_ReadsEverythingAndNotesNothing()
    {
        await using var fixture = await StoreAsync(new TestFragment(1, 1), new TestFragment(65, 2), new TestFragment(200, 3));
        var round = await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None);
        Assert.Equal(new ScrubRound(3, (1 + 65 + 200) * 1024, 0, 0), round);
        Assert.Empty(fixture.Store.Losses.List());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65 * 1024 - 1)]
    public async Task Fragment_WithADamagedByte_IsNotedAsLost_AndNoOther(int at)
    {
        var (sound, rotten) = (new TestFragment(1, 1), new TestFragment(65, 2));
        await using var fixture = await StoreAsync(sound, rotten);
        Damage.FlipByte(fixture, 4096 + Header + at);

        var round = await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None);

        Assert.Equal(1, round.Rotten);
        Assert.Equal(rotten.Root, Assert.Single(fixture.Store.Losses.List()).Node.Node);
        // It is known now, and what follows from it does not need it to be read again.
        Assert.Equal(new ScrubRound(1, 1024, 0, 0), await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None));
    }

    [Fact]
    public async Task InnerHashes_ThatAreDamaged_AreWrittenAnewFromTheData()
    {
        var fragment = new TestFragment(2 * BlockLeaves + 1, 1);
        await using var fixture = await StoreAsync(fragment);
        Damage.FlipByte(fixture, Header + fragment.Bytes.Length + 40);

        Assert.Equal(1, (await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None)).Mended);

        Assert.Empty(fixture.Store.Losses.List());
        Assert.Equal(0, (await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None)).Mended);
        Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
    }

    [Fact]
    public async Task Round_InterruptedByARestart_GoesOnWhereItWas()
    {
        const int fragments = 150;
        await using var fixture = await StoreAsync([.. Enumerable.Range(0, fragments).Select(seed => new TestFragment(1, seed))]);
        using var stop = new CancellationTokenSource();
        fixture.Durability.Dropped = offset =>
        {
            if (offset == 100 * 4096)
                stop.Cancel();
        };
        fixture.Time.SkipsWaits = true;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.Store.Scrub.RunRoundAsync(new ScrubOptions { BytesPerSecond = 1024 }, stop.Token));

        await fixture.ReopenAsync();
        var read = new HashSet<long>();
        fixture.Durability.Dropped = offset => read.Add(offset / 4096);
        await fixture.Store.Scrub.RunRoundAsync(Unhindered, CancellationToken.None);

        Assert.Equal([.. Enumerable.Range(64, fragments - 64).Select(place => (long)place)], read.Order());
    }

    [Fact]
    public async Task Reading_TakesAsLongAsTheRateSays()
    {
        await using var fixture = await StoreAsync(new TestFragment(3000, 1), new TestFragment(1000, 2), new TestFragment(96, 3));
        fixture.Time.SkipsWaits = true;
        var began = fixture.Time.GetUtcNow();
        await fixture.Store.Scrub.RunRoundAsync(new ScrubOptions { BytesPerSecond = 256 << 10 }, CancellationToken.None);
        Assert.Equal(16, (fixture.Time.GetUtcNow() - began).TotalSeconds, 0.1);
    }

    [Fact]
    public async Task Rounds_BeginOnceInAnInterval_AndEndQuietlyWhenStopped()
    {
        await using var fixture = await StoreAsync(new TestFragment(1, 1));
        fixture.Time.SkipsWaits = true;
        using var stop = new CancellationTokenSource();
        var began = fixture.Time.GetUtcNow();
        var rounds = new List<double>();
        fixture.Durability.Dropped = _ =>
        {
            rounds.Add((fixture.Time.GetUtcNow() - began).TotalHours);
            if (rounds.Count == 6)
                stop.Cancel();
        };

        await fixture.Store.Scrub.RunAsync(Unhindered with { Interval = TimeSpan.FromHours(6) }, NullLogger.Instance, stop.Token);

        // What the system keeps of a fragment is dropped before it is read, and after.
        Assert.Equal([0, 0, 6, 6, 12, 12], rounds.Select(hours => Math.Round(hours)));
    }

    [Fact]
    public async Task RateOfZero_ReadsNothing()
    {
        await using var fixture = await StoreAsync(new TestFragment(1, 1));
        fixture.Durability.Dropped = _ => Assert.Fail("It was read.");
        await fixture.Store.Scrub.RunAsync(new ScrubOptions { BytesPerSecond = 0 }, NullLogger.Instance, CancellationToken.None);
    }

    static async Task<StoreFixture> StoreAsync(params TestFragment[] fragments)
    {
        var fixture = new StoreFixture(options => options with { VolumeBytes = 8 << 20 });
        await fixture.RegisterAsync();
        foreach (var fragment in fragments)
            await fixture.WriteAsync(fragment);
        await fixture.ReviseAsync(
            new TestAgreement(StoreFixture.Agreement), [.. fragments.Select((fragment, slot) => ((ulong)slot, (TestFragment?)fragment))]);
        return fixture;
    }
}
