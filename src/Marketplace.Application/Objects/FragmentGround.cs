using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>What the chain says at one epoch of fragments, of whichever objects they are: the one place that knows how a fragment does.</summary>
sealed class FragmentGround
{
    readonly MarketplaceClient client;
    readonly Epoch now;
    readonly IReadOnlyDictionary<AgreementId, AgreementInfo> agreements;
    readonly IReadOnlyDictionary<AgreementId, OpenLoss> losses;
    readonly CoveringProofs proofs;
    readonly Dictionary<(AgreementId Agreement, Hash256 Node), IReadOnlyList<VersionId?>> owners = [];

    FragmentGround(
        MarketplaceClient client, Epoch now, IReadOnlyDictionary<AgreementId, AgreementInfo> agreements, IReadOnlyDictionary<AgreementId, OpenLoss> losses, CoveringProofs proofs) =>
        (this.client, this.now, this.agreements, this.losses, this.proofs) = (client, now, agreements, losses, proofs);

    /// <summary>Reads what is to be known of some fragments.</summary>
    /// <param name="market">The chain.</param>
    /// <param name="client">Whose catalog knows which fragments are whose.</param>
    /// <param name="placements">Where they lie.</param>
    /// <param name="since">Older proofs are not asked for.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FragmentGround> ReadAsync(
        Market market, MarketplaceClient client, IEnumerable<Placement> placements, Epoch since, Epoch now, CancellationToken cancellationToken)
    {
        var lie = placements.Distinct().ToList();
        var ids = lie.Select(placement => placement.Agreement).Distinct().ToList();
        var known = await market.Agreements.GetManyAsync(ids, cancellationToken: cancellationToken);
        return new FragmentGround(
            client, now, known.ToDictionary(agreement => agreement.Id), await new OpenLosses(market).FindAsync(ids, cancellationToken),
            await CoveringProofs.ReadAsync(market, [.. lie.Select(placement => placement.Provider).Distinct()], since, now, cancellationToken));
    }

    /// <summary>Versions of which a fragment was named that was declared lost.</summary>
    public IReadOnlySet<VersionId> FindNamed() =>
        losses.SelectMany(loss => loss.Value.Nodes.SelectMany(node => OwnersOf(loss.Key, node))).OfType<VersionId>().ToHashSet();

    /// <summary>How a fragment does; its region is not known here. What the chain does not know runs no more.</summary>
    /// <param name="index">The fragment's.</param>
    /// <param name="placement">Where it lies.</param>
    /// <param name="stored">The epoch in which it was stored.</param>
    /// <param name="version">Whose it is; null for a version of which no fragment was named as lost.</param>
    public FragmentPlace PlaceOf(int index, Placement placement, Epoch stored, VersionId? version)
    {
        var agreement = agreements.GetValueOrDefault(placement.Agreement);
        var cover = new ProofCover(stored, agreement?.Start ?? default);
        return new FragmentPlace(
            index, placement.Agreement, placement.Provider, "", agreement?.State is AgreementState.Active or AgreementState.Terminated && now < agreement.End, cover.First,
            proofs.Over(placement.Provider, cover))
        {
            Loss = losses.TryGetValue(placement.Agreement, out var loss) ? loss.Of(version ?? default, node => OwnersOf(placement.Agreement, node)) : null,
        };
    }

    IReadOnlyList<VersionId?> OwnersOf(AgreementId agreement, Hash256 node)
    {
        if (!owners.TryGetValue((agreement, node), out var found))
            owners.Add((agreement, node), found = client.FindOwners(agreement, node));
        return found;
    }
}
