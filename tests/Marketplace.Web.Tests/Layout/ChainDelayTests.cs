using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Web.Layout;
using Marketplace.Web.Tests.Network;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>A chain that keeps one waiting.</summary>
[Collection(WebCollection.Name)]
public sealed class ChainDelayTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task EndpointThatAcceptsAndNeverAnswers_IsSaidWhileItsAnswerIsAwaited_AndForgottenWithIt()
    {
        var connection = new HeldConnection(web.Chain.Connection);
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, new Market(connection, web.Chain.Market.Deployment));
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        var page = await context.NewPageAsync();
        await page.TravelAsync("chain-hangs", async () =>
        {
            await page.GotoAsync("/vault");
            var status = page.Locator(".chain-status");
            await web.Chain.MineAsync();
            await Expect(status).ToContainTextAsync("Block");
            var held = new TaskCompletionSource();
            connection.Held = held.Task;
            try
            {
                await Expect(status).ToContainTextAsync("The chain has not answered for 8 seconds");
                await Expect(status).ToHaveClassAsync("chain-status is-late");
                await page.LookAsync("chain-hangs");
            }
            finally
            {
                held.SetResult();
            }
            await web.Chain.MineAsync();
            await Expect(status).ToContainTextAsync("Block");
            await Expect(status).Not.ToHaveClassAsync("chain-status is-late");
        });
    }

    [Fact]
    public async Task ChainWithoutNewBlocks_IsSaid_AndForgottenWithTheNext()
    {
        var clock = new LateTime();
        using var ended = new CancellationTokenSource();
        var pulse = new MarketPulse(web.Chain.Market, TimeSpan.FromMilliseconds(100), clock);
        var running = pulse.RunAsync(ended.Token);
        await using var delays = pulse.Delays.WatchAsync(ended.Token).GetAsyncEnumerator(ended.Token);

        await UntilAsync(_ => true);
        clock.Now = pulse.Moments.Latest!.Time + BlockPace.Longest + TimeSpan.FromMinutes(7);
        Assert.Equal(TimeSpan.FromMinutes(12), (await UntilAsync(delay => delay.Still > TimeSpan.Zero)).Still);
        clock.Now = pulse.Moments.Latest.Time;
        await UntilAsync(delay => delay.Still == TimeSpan.Zero);

        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        async Task<ChainDelay> UntilAsync(Func<ChainDelay, bool> isWanted)
        {
            while (await delays.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            {
                if (isWanted(delays.Current))
                    return delays.Current;
            }
            throw new InvalidOperationException("The pulse ended.");
        }
    }

    [Theory]
    [InlineData(0, 0, null, null)]
    [InlineData(8, 0, "The chain has not answered for 8 seconds", "No answer for 8 s")]
    [InlineData(75, 0, "The chain has not answered for 75 seconds", "No answer for 1 min 15 s")]
    [InlineData(9, 600, "The chain has not answered for 9 seconds", "No answer for 9 s")]
    [InlineData(0, 600, "The chain has had no new block for 10 min", "No block for 10 min")]
    public void Wait_InWords(int silent, int still, string? words, string? few)
    {
        var wait = ChainWait.Of(new ChainDelay(TimeSpan.FromSeconds(silent), TimeSpan.FromSeconds(still)));

        Assert.Equal((words, few), (wait?.Long.Replace('\u00A0', ' '), wait?.Short.Replace('\u00A0', ' ')));
    }

    /// <summary>A clock that is set, and whose timers go as usual.</summary>
    sealed class LateTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
