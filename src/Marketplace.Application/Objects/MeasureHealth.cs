using Marketplace.Chain;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>
/// Asks how all listed objects do, by what the chain says; no provider is asked. Objects that are spread alike and were stored in the same epoch do alike:
/// it is found out once for all of them.
/// </summary>
public sealed record MeasureHealth : IRequest<VaultHealth>;

/// <inheritdoc cref="MeasureHealth"/>
public sealed class MeasureHealthHandler(MarketplaceClient client, Market market) : IRequestHandler<MeasureHealth, VaultHealth>
{
    /// <inheritdoc/>
    public async Task<VaultHealth> Handle(MeasureHealth request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var (objects, spreads) = await Task.Run(() => ReadSpreads(cancellationToken), cancellationToken);
        // Who proved neither this epoch nor the one before lacks a proof, however old the last is.
        var since = new Epoch(now.Value > 0 ? now.Value - 1 : 0);
        var placements = spreads.Values.Distinct(ReferenceEqualityComparer.Instance).Cast<ObjectSpread>().SelectMany(spread => spread.Placements);
        var ground = await FragmentGround.ReadAsync(market, client, placements, since, now, cancellationToken);
        return await Task.Run(() => new HealthCount(now, market.Clock, spreads, ground).Of(objects), cancellationToken);
    }

    (IReadOnlyList<ObjectSummary> Objects, IReadOnlyDictionary<VersionId, ObjectSpread> Spreads) ReadSpreads(CancellationToken cancellationToken)
    {
        var objects = client.ListSummaries();
        return (objects, client.ReadSpreads(objects, cancellationToken));
    }
}
