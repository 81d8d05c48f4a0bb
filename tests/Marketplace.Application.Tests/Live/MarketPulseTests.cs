using System.Text.Json.Nodes;
using Marketplace.Application.Live;
using Marketplace.Chain.Tests.Markets;

namespace Marketplace.Application.Tests.Live;

/// <summary>A chain that stops, watched with a clock that a test sets.</summary>
public sealed class MarketPulseTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly CancellationTokenSource ended = new();
    readonly SetClock clock = new();
    TimeSpan ahead;
    MarketFixture chain = null!;
    MarketPulse pulse = null!;
    Task running = Task.CompletedTask;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        pulse = new MarketPulse(chain.Market, TimeSpan.FromMilliseconds(100), clock);
        running = pulse.RunAsync(ended.Token);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        ended.Dispose();
        await chain.DisposeAsync();
    }

    [Fact]
    public async Task ChainWhoseBlocksCameByTheClock_IsSaidToStandStill_WithTheTenthThatIsMissing()
    {
        await PassAsync(20, 20);
        clock.Now = pulse.Moments.Latest!.Time + TimeSpan.FromSeconds(200);

        Assert.Equal(TimeSpan.FromMinutes(3), await StillAsync());
    }

    /// <summary>Blocks, each so many seconds after the one before and each seen.</summary>
    /// <summary>This machine's clock may be wrong; the chain is not late for that.</summary>
    [Fact]
    public async Task ClockThatIsAhead_MakesNoBlockLate()
    {
        ahead = TimeSpan.FromSeconds(250);
        await PassAsync(20, 20);
        Assert.Equal(TimeSpan.Zero, pulse.Delays.Latest?.Still ?? TimeSpan.Zero);
        clock.Now += TimeSpan.FromSeconds(200);
        Assert.Equal(TimeSpan.FromMinutes(7), await StillAsync());
    }

    async Task PassAsync(int blocks, int seconds)
    {
        for (var i = 0; i < blocks; i++)
        {
            var next = (await chain.Market.Client.GetHeadAsync(default)).Timestamp.AddSeconds(seconds);
            clock.Now = next + ahead;
            await chain.Market.Client.SendAsync("evm_setNextBlockTimestamp", [JsonValue.Create(next.ToUnixTimeSeconds())]);
            await chain.MineAsync();
            await WatchAsync(pulse.Moments, moment => moment.Time == next);
        }
    }

    async Task<TimeSpan> StillAsync() => (await WatchAsync(pulse.Delays, delay => delay.Still > TimeSpan.Zero)).Still;

    static async Task<T> WatchAsync<T>(Broadcast<T> stream, Func<T, bool> isWanted) where T : class
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var value in stream.WatchAsync(patience.Token))
        {
            if (isWanted(value))
                return value;
        }
        throw new TimeoutException($"{stream.Latest} is what it was at last.");
    }

    /// <summary>Its timers go as usual.</summary>
    sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
