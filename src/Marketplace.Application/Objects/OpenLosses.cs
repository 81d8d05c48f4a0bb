using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Objects;

/// <summary>What a provider declared lost of an agreement, and neither has again nor showed contents without.</summary>
/// <param name="Declared">The epoch of the first of these declarations.</param>
/// <param name="Nodes">Hashes of the nodes, normally fragments' roots.</param>
sealed record OpenLoss(Epoch Declared, IReadOnlySet<Hash256> Nodes)
{
    /// <summary>What of it concerns a version; null where only other fragments were named.</summary>
    /// <param name="version">The version.</param>
    /// <param name="ownersOf">Whose the agreement's fragments of a root are; none where no fragment has it, so that it may be a node above several.</param>
    public FragmentLoss? Of(VersionId version, Func<Hash256, IReadOnlyList<VersionId?>> ownersOf)
    {
        var owners = Nodes.Select(ownersOf).ToList();
        var isCertain = owners.Any(some => some.Contains(version));
        return isCertain || owners.Any(some => some.Count == 0) ? new FragmentLoss(Declared, isCertain) : null;
    }
}

/// <summary>Finds the losses that providers declared and did not make good.</summary>
/// <param name="market">The chain.</param>
sealed class OpenLosses(Market market)
{
    /// <summary>Of all that is said of losses. They are read once for all agreements.</summary>
    public static readonly IReadOnlyList<Hash256> Topics =
        [DeclaredLosses.LossDeclaredEvent.Topic, DeclaredLosses.LossCuredEvent.Topic, DeclaredLosses.LossRestoredEvent.Topic];

    /// <summary>Those of the agreements that have one.</summary>
    public async Task<IReadOnlyDictionary<AgreementId, OpenLoss>> FindAsync(IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken)
    {
        var standings = await market.Losses.GetManyAsync(agreements, cancellationToken: cancellationToken);
        var lossy = agreements.Where((_, i) => standings[i].IsSuspended).ToHashSet();
        var found = new Dictionary<AgreementId, OpenLoss>();
        if (lossy.Count == 0)
            return found;
        var head = await market.Client.GetHeadAsync(cancellationToken);
        foreach (var (agreement, declared) in Replay(await market.FindLogsAsync([market.Losses.Address], [Topics], head, cancellationToken)))
        {
            if (!lossy.Contains(agreement))
                continue;
            var first = await market.Client.GetHeaderAsync(BlockTag.At(declared[0].Log.BlockNumber), cancellationToken) ?? head;
            found.Add(agreement, new OpenLoss(market.Clock.EpochAt(first.Timestamp), declared.Select(one => one.Node).ToHashSet()));
        }
        return found;
    }

    /// <summary>What was declared after the last cure or restoring.</summary>
    Dictionary<AgreementId, List<(LogEntry Log, Hash256 Node)>> Replay(IEnumerable<LogEntry> logs)
    {
        var open = new Dictionary<AgreementId, List<(LogEntry, Hash256)>>();
        foreach (var log in logs)
        {
            switch (market.Events.Decode(log))
            {
                case DeclaredLosses.LossDeclaredEvent e:
                    if (!open.TryGetValue(e.Agreement, out var declared))
                        open.Add(e.Agreement, declared = []);
                    declared.Add((log, e.Node));
                    break;
                case DeclaredLosses.LossCuredEvent e:
                    open.Remove(e.Agreement);
                    break;
                case DeclaredLosses.LossRestoredEvent e:
                    open.Remove(e.Agreement);
                    break;
            }
        }
        return open;
    }
}
