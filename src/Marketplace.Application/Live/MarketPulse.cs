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

/// <summary>
/// The one place that asks the chain's endpoint whether there is a new block, so that pages, however many are open, ask only when something changed.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="interval">Between two questions; at least 100 ms.</param>
/// <param name="time">The clock.</param>
public sealed class MarketPulse(Market market, TimeSpan interval, TimeProvider time)
{
    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<ChainMoment> Moments { get; } = new();

    /// <summary>Asks until cancelled. An endpoint that does not answer is told once, and asked again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(100));
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            await AskAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await market.Client.GetHeaderAsync(BlockTag.Latest, cancellationToken) is not { } head || head.Timestamp < market.Clock.Genesis)
                return;
            var epoch = market.Clock.EpochAt(head.Timestamp);
            if (Moments.Latest is not { AwaySince: null } known || known.Block != head.Number)
                Moments.Publish(new ChainMoment(head.Number, head.Timestamp, epoch, market.Clock.EndOf(epoch)));
        }
        catch (EthereumRpcException)
        {
            var before = Moments.Latest ?? new ChainMoment(0, market.Clock.Genesis, default, market.Clock.Genesis);
            if (before.AwaySince is null)
                Moments.Publish(before with { AwaySince = time.GetUtcNow() });
        }
    }
}
