using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

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
        var logs = (await market.FindLogsAsync([market.Losses.Address], [Topics], head, cancellationToken)).Where(log => log.Topics.Count > 1).ToLookup(log => log.Topics[1]);
        foreach (var agreement in lossy)
        {
            // Declared after the last cure or restoring, the newest first.
            var open = logs[TopicOf(agreement)].Reverse().TakeWhile(log => log.Topics[0] == DeclaredLosses.LossDeclaredEvent.Topic).ToList();
            if (open.Count == 0)
                continue;
            var first = await market.Client.GetHeaderAsync(BlockTag.At(open[^1].BlockNumber), cancellationToken) ?? head;
            found.Add(agreement, new OpenLoss(market.Clock.EpochAt(first.Timestamp), open.Select(log => DeclaredLosses.LossDeclaredEvent.Decode(log).Node).ToHashSet()));
        }
        return found;
    }

    static Hash256 TopicOf(AgreementId agreement) => DeclaredLosses.LossDeclaredEvent.Filter(agreement)[1]![0];
}
