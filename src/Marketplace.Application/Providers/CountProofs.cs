using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks how many providers proved what they keep, epoch by epoch.</summary>
/// <param name="Epochs">How many epochs up to this one; 1 to 100.</param>
public sealed record CountProofs(int Epochs) : IRequest<IReadOnlyList<EpochProofs>>;

/// <summary>Providers that proved an epoch.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="Providers">How many; of the epoch that runs, until now.</param>
/// <param name="IsOpen">Whether more can still come.</param>
public sealed record EpochProofs(Epoch Epoch, int Providers, bool IsOpen);

/// <inheritdoc cref="CountProofs"/>
public sealed class CountProofsHandler(Market market) : IRequestHandler<CountProofs, IReadOnlyList<EpochProofs>>
{
    const int MostEpochs = 100;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EpochProofs>> Handle(CountProofs request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Epochs, MostEpochs);
        var now = (await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken)).Value;
        var first = now >= (ulong)request.Epochs ? now - (ulong)request.Epochs + 1 : 0;
        var epochs = Enumerable.Range(0, (int)(now - first + 1)).Select(offset => new Epoch(first + (ulong)offset)).ToList();
        // The event's topics are itself, the provider and the epoch; only these epochs are asked for.
        IReadOnlyList<IReadOnlyList<Hash256>?> topics =
            [[ProviderRegistry.EpochProvenEvent.Topic], null, [.. epochs.Select(epoch => ProviderRegistry.EpochProvenEvent.Filter(epoch: epoch)[2]![0])]];
        var proven = await market.Client.GetEventsAsync<ProviderRegistry.EpochProvenEvent>(
            market.Registry.Address, market.Deployment.DeployBlock, await market.Client.GetBlockNumberAsync(cancellationToken), topics, cancellationToken);
        var counts = proven.GroupBy(log => log.Event.Epoch).ToDictionary(group => group.Key, group => group.Select(log => log.Event.Provider).Distinct().Count());
        return [.. epochs.Select(epoch => new EpochProofs(epoch, counts.GetValueOrDefault(epoch), epoch.Value == now))];
    }
}
