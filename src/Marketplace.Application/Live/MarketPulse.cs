using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>Where the chain is.</summary>
/// <param name="Block">The newest block.</param>
/// <param name="Time">Its timestamp.</param>
/// <param name="Epoch">The epoch that it lies in.</param>
/// <param name="EpochEnd">When that epoch ends.</param>
/// <param name="AwaySince">Null while the chain's endpoint answers; else when it stopped to, and the rest is from before.</param>
public sealed record ChainMoment(ulong Block, DateTimeOffset Time, Epoch Epoch, DateTimeOffset EpochEnd, DateTimeOffset? AwaySince = null);

/// <summary>For how long one waits for the chain.</summary>
/// <param name="Silent">Its endpoint took a question and has not answered since; zero while that is usual.</param>
/// <param name="Still">There is no newer block; zero while that is usual, as <see cref="BlockPace"/> has it.</param>
public sealed record ChainDelay(TimeSpan Silent, TimeSpan Still);

/// <summary>
/// The one place that asks the chain's endpoint whether there is a new block, so that pages, however many are open, ask only when something changed.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="interval">Between two questions; at least 100 ms.</param>
/// <param name="time">The clock.</param>
public sealed class MarketPulse(Market market, TimeSpan interval, TimeProvider time)
{
    /// <summary>An answer takes no longer than this, or it is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly BlockPace pace = new();
    DateTimeOffset seen;

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<ChainMoment> Moments { get; } = new();

    /// <summary>Heard by whoever says so, when a wait begins, grows and is over.</summary>
    public Broadcast<ChainDelay> Delays { get; } = new();

    /// <summary>Asks until cancelled. An endpoint that does not answer is told once, and asked again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(100));
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            var asked = time.GetUtcNow();
            var answer = AskAsync(asked, cancellationToken);
            await WatchAsync(answer, asked, cancellationToken);
            await answer;
            Tell(TimeSpan.Zero);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    async Task AskAsync(DateTimeOffset asked, CancellationToken cancellationToken)
    {
        try
        {
            if (await market.Client.GetHeaderAsync(BlockTag.Latest, cancellationToken) is not { } head || head.Timestamp < market.Clock.Genesis)
                return;
            var epoch = market.Clock.EpochAt(head.Timestamp);
            if (Moments.Latest?.Block != head.Number)
            {
                pace.Note(head.Timestamp);
                seen = time.GetUtcNow();
            }
            if (Moments.Latest is not { AwaySince: null } known || known.Block != head.Number)
                Moments.Publish(new ChainMoment(head.Number, head.Timestamp, epoch, market.Clock.EndOf(epoch)));
        }
        catch (EthereumRpcException)
        {
            var before = Moments.Latest ?? new ChainMoment(0, market.Clock.Genesis, default, market.Clock.Genesis);
            if (before.AwaySince is null)
                Moments.Publish(before with { AwaySince = asked });
        }
    }

    /// <summary>Says from second to second for how long a question waits; the question is left as it is.</summary>
    async Task WatchAsync(Task answer, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(answer, Task.Delay(Second, time, cancellationToken)) != answer)
        {
            if (time.GetUtcNow() - asked is var silent && silent >= Patience)
                Tell(silent);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    void Tell(TimeSpan silent)
    {
        var now = time.GetUtcNow();
        // A clock that is a minute ahead of the chain's makes no block late.
        var isStill = Moments.Latest is { AwaySince: null } newest && now - newest.Time >= (now - seen >= pace.Patience ? pace.Patience : BlockPace.Longest);
        var still = isStill ? now - Moments.Latest!.Time : TimeSpan.Zero;
        var delay = new ChainDelay(TimeSpan.FromSeconds((long)silent.TotalSeconds), TimeSpan.FromMinutes((long)still.TotalMinutes));
        if (Delays.Latest != delay)
            Delays.Publish(delay);
    }
}
