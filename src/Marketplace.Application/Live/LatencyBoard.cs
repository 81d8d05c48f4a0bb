using System.Collections.Frozen;
using Marketplace.Client.Selection;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>How fast providers answer from this machine; one without an entry was not asked yet.</summary>
/// <param name="ByProvider">By the owner's address; null for one that did not answer.</param>
public sealed record Latencies(FrozenDictionary<Address, TimeSpan?> ByProvider);

/// <summary>Asks the providers of what is on offer how fast they answer: when offers change, and every few minutes.</summary>
/// <param name="board">What is on offer.</param>
/// <param name="prober">The calls.</param>
/// <param name="interval">Between two rounds; at least 1 s.</param>
/// <param name="time">The clock.</param>
public sealed class LatencyBoard(MarketBoard board, ProviderProber prober, TimeSpan interval, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<Latencies> Rounds { get; } = new();

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromSeconds(1));
        while (!cancellationToken.IsCancellationRequested)
        {
            // The newest offers, once they have changed or have grown old.
            var asked = board.Snapshots.Latest;
            if (asked is not null)
                await AskAsync(asked, cancellationToken);
            using var age = new CancellationTokenSource(asked is null ? Timeout.InfiniteTimeSpan : interval, time);
            using var old = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, age.Token);
            await foreach (var newer in board.Snapshots.WatchAsync(old.Token))
            {
                if (!ReferenceEquals(newer, asked))
                    break;
            }
        }
    }

    async Task AskAsync(MarketSnapshot snapshot, CancellationToken cancellationToken)
    {
        var offers = snapshot.Offers.DistinctBy(offer => offer.Endpoint.Provider).ToList();
        var answered = (await prober.ProbeAsync(offers, Patience, cancellationToken)).ToDictionary(probe => probe.Offer.Endpoint.Provider, probe => probe.Latency);
        Rounds.Publish(new Latencies(offers.ToFrozenDictionary(
            offer => offer.Endpoint.Provider, offer => answered.TryGetValue(offer.Endpoint.Provider, out var latency) ? latency : (TimeSpan?)null)));
    }
}
