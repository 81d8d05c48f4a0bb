using Marketplace.Chain;
using Marketplace.Client;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>
/// Asks how all listed objects do, by what the chain says; no provider is asked. Objects that are spread alike and were stored in the same epoch do alike:
/// it is found out once for all of them.
/// </summary>
/// <param name="Before">What was answered before: what is the same is not counted again, and where all is, it is the answer.</param>
public sealed record MeasureHealth(VaultHealth? Before = null) : IRequest<VaultHealth>;

/// <inheritdoc cref="MeasureHealth"/>
public sealed class MeasureHealthHandler(MarketplaceClient client, Market market) : IRequestHandler<MeasureHealth, VaultHealth>
{
    /// <inheritdoc/>
    public async Task<VaultHealth> Handle(MeasureHealth request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var cohorts = await ReadCohortsAsync(request.Before?.Cohorts, cancellationToken);
        // Who proved neither this epoch nor the one before lacks a proof, however old the last is.
        var since = new Epoch(now.Value > 0 ? now.Value - 1 : 0);
        var ground = await FragmentGround.ReadAsync(market, client, cohorts.Placements, since, now, cancellationToken);
        var health = await Task.Run(() => new HealthCount(now, cohorts, ground).Measure(), cancellationToken);
        return request.Before is { } before && health.IsLike(before) ? before : health;
    }

    async Task<Cohorts> ReadCohortsAsync(Cohorts? before, CancellationToken cancellationToken)
    {
        var objects = await Task.Run(client.ListSummaries, cancellationToken);
        if (before?.Objects == objects)
            return before;
        var spreads = await client.ReadSpreadsAsync(objects, cancellationToken);
        return await Task.Run(() => new Cohorts(objects, spreads, market.Clock), cancellationToken);
    }
}
