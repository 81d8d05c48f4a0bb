using Marketplace.Application.Agreements;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Registry;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Providers;

/// <summary>How an epoch went for a provider.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="Outcome">How.</param>
public sealed record ProviderEpoch(Epoch Epoch, EpochOutcome Outcome);

/// <summary>How an epoch went for a provider.</summary>
public enum EpochOutcome
{
    /// <summary>All was proven.</summary>
    Proven,

    /// <summary>Something had to be proven, and was not.</summary>
    Missed,

    /// <summary>Nothing had to be proven.</summary>
    Idle,

    /// <summary>It runs still.</summary>
    Open,
}

/// <summary>Tells of a provider's newest epochs which were proven, which were missed, and in which there was nothing to prove.</summary>
sealed class ProviderEpochs(Market market, ProviderAgreements agreements)
{
    /// <summary>The oldest first; the last runs still.</summary>
    public async Task<IReadOnlyList<ProviderEpoch>> ReadAsync(ProviderInfo info, int epochs, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var at = BlockTag.At(head.Hash);
        var now = market.Clock.EpochAt(head.Timestamp);
        var first = Math.Max(info.RegisteredAt.Value, now.Value >= (ulong)epochs ? now.Value - (ulong)epochs + 1 : 0);
        var wanted = Enumerable.Range(0, first > now.Value ? 0 : (int)(now.Value - first + 1)).Select(offset => new Epoch(first + (ulong)offset)).ToList();
        var proven = market.Registry.HaveProvenAsync([.. wanted.Select(epoch => (info.Owner, epoch))], at, cancellationToken);
        var areSealed = market.Beacon.AreSealedAsync(wanted, at, cancellationToken);
        var obliged = await agreements.FindObligedAsync(info.Owner, cancellationToken);
        var counts = await ReadCountsAsync(info.Owner, now, head, cancellationToken);
        var unproven = new List<Epoch>();
        for (var i = 0; i < wanted.Count; i++)
            if (!(await proven)[i] && (await areSealed)[i] && obliged.Any(some => some.Hold(wanted[i])))
                unproven.Add(wanted[i]);
        var missed = MissedAmong(unproven, counts);
        return [.. wanted.Zip(await proven, (epoch, isProven) => new ProviderEpoch(epoch, isProven ? EpochOutcome.Proven
            : missed.Contains(epoch) ? EpochOutcome.Missed : epoch == now ? EpochOutcome.Open : EpochOutcome.Idle))];
    }

    /// <summary>
    /// The chain counts misses and does not name them. Each count is of the last epochs before its end that had to be proven and were not: those before them
    /// were counted before.
    /// </summary>
    /// <param name="unproven">That had to be proven and were not, or not yet; ascending.</param>
    /// <param name="counts">The last epoch of each count, and how many it counted; ascending.</param>
    public static IReadOnlySet<Epoch> MissedAmong(IReadOnlyList<Epoch> unproven, IReadOnlyList<(Epoch Through, ulong Missed)> counts)
    {
        var missed = new HashSet<Epoch>();
        var before = 0UL;
        foreach (var (through, count) in counts)
        {
            missed.UnionWith(unproven.Where(epoch => epoch.Value >= before && epoch <= through).TakeLast((int)Math.Min(count, int.MaxValue)));
            before = through.Value + 1;
        }
        return missed;
    }

    /// <summary>Those that events tell, and what the next touch will count.</summary>
    async Task<IReadOnlyList<(Epoch Through, ulong Missed)>> ReadCountsAsync(Address provider, Epoch now, BlockHeader head, CancellationToken cancellationToken)
    {
        var at = BlockTag.At(head.Hash);
        var told = await market.FindEventsAsync<ProviderRegistry.EpochsMissedEvent>(
            market.Registry.Address, ProviderRegistry.EpochsMissedEvent.Filter(provider: provider), head, cancellationToken);
        var counts = told.Select(log => (log.Event.Through, log.Event.Missed)).OrderBy(count => count.Through).ToList();
        var record = await market.Registry.GetTrackRecordAsync(provider, at, cancellationToken);
        return WithPending(counts, record.Missed, await FindLastClosedAsync(market, now, head, cancellationToken));
    }

    /// <summary>The counts that events tell, and what the next touch will count.</summary>
    /// <param name="counts">That events tell.</param>
    /// <param name="missed">By the track record, which has both.</param>
    /// <param name="closed">The last epoch of which no proof can come any more.</param>
    public static IReadOnlyList<(Epoch Through, ulong Missed)> WithPending(IReadOnlyList<(Epoch Through, ulong Missed)> counts, ulong missed, Epoch closed)
    {
        var counted = counts.Aggregate(0UL, (sum, count) => sum + count.Missed);
        return missed <= counted ? counts : [.. counts, (closed, missed - counted)];
    }

    /// <summary>The last epoch of which no proof can come any more.</summary>
    /// <param name="market">The market.</param>
    /// <param name="now">The epoch that runs.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Epoch> FindLastClosedAsync(Market market, Epoch now, BlockHeader head, CancellationToken cancellationToken)
    {
        var at = BlockTag.At(head.Hash);
        var seed = await market.Beacon.GetAsync(now, at, cancellationToken);
        var window = (await market.Parameters.GetAsync(at, cancellationToken)).ProofWindow;
        var isOver = seed.SealedAt is { } time && head.Timestamp > time + window;
        return isOver || now.Value == 0 ? now : new Epoch(now.Value - 1);
    }
}
