using Marketplace.Application.Agreements;
using Marketplace.Application.Providers;
using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>Tells how many providers missed each epoch. The chain is asked about those alone that had to prove one and did not.</summary>
sealed class NetworkMisses(Market market)
{
    /// <summary>How many missed each; those that nobody missed are not in it.</summary>
    /// <param name="changes">All since the market began, in the chain's order.</param>
    /// <param name="proven">Who proved which of the epochs.</param>
    /// <param name="epochs">In order, without gaps; the last runs still.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<Epoch, int>> CountAsync(
        IReadOnlyList<NetworkChange> changes, IReadOnlySet<(Address Provider, Epoch Epoch)> proven, IReadOnlyList<Epoch> epochs, BlockHeader head, CancellationToken cancellationToken)
    {
        var at = BlockTag.At(head.Hash);
        var closed = await ProviderEpochs.FindLastClosedAsync(market, epochs[^1], head, cancellationToken);
        var over = epochs.Where(epoch => epoch <= closed).ToList();
        var areSealed = await market.Beacon.AreSealedAsync(over, at, cancellationToken);
        var unproven = FindUnproven(changes, proven, [.. over.Where((_, i) => areSealed[i])]);
        if (unproven.Count == 0)
            return new Dictionary<Epoch, int>();
        var providers = unproven.Keys.ToList();
        var records = await market.Registry.GetTrackRecordsAsync(providers, at, cancellationToken);
        var told = changes.OfType<NetworkChange.Missed>().ToLookup(change => change.Provider, change => (change.Through, change.Count));
        return providers.Zip(records)
            .SelectMany(of => ProviderEpochs.MissedAmong(unproven[of.First], ProviderEpochs.WithPending([.. told[of.First]], of.Second.Missed, closed)))
            .CountBy(epoch => epoch).ToDictionary();
    }

    /// <summary>The epochs in which an agreement held a provider to its duty, and which it did not prove; ascending.</summary>
    /// <param name="changes">All since the market began, in the chain's order.</param>
    /// <param name="proven">Who proved which of the epochs.</param>
    /// <param name="epochs">Those that could be proven; ascending.</param>
    public static IReadOnlyDictionary<Address, IReadOnlyList<Epoch>> FindUnproven(
        IReadOnlyList<NetworkChange> changes, IReadOnlySet<(Address Provider, Epoch Epoch)> proven, IReadOnlyList<Epoch> epochs)
    {
        var obliged = new Dictionary<AgreementId, ObligedEpochs>();
        foreach (var change in changes)
        {
            if (change is NetworkChange.Began began)
                obliged[began.Agreement] = began.Obliged;
            else if (change is NetworkChange.Extended extended && obliged.TryGetValue(extended.Agreement, out var known))
                obliged[extended.Agreement] = known with { Until = extended.Until };
        }
        return changes.OfType<NetworkChange.Agreed>().Where(agreed => obliged.ContainsKey(agreed.Agreement))
            .GroupBy(agreed => agreed.Provider, agreed => obliged[agreed.Agreement])
            .Select(group => (Provider: group.Key, Epochs: Unproven(group)))
            .Where(found => found.Epochs.Count > 0).ToDictionary(found => found.Provider, found => found.Epochs);

        IReadOnlyList<Epoch> Unproven(IGrouping<Address, ObligedEpochs> duties) =>
            [.. epochs.Where(epoch => !proven.Contains((duties.Key, epoch)) && duties.Any(duty => duty.Hold(epoch)))];
    }
}
