using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks where an object's fragments lie and when they were proven last, by what the chain says; no provider is asked.</summary>
/// <param name="Name">The object.</param>
public sealed record LocateObject(ObjectName Name) : IRequest<ObjectPlaces?>;

/// <summary>Where an object's fragments lie.</summary>
/// <param name="Now">The epoch.</param>
/// <param name="Needed">So many fragments of each segment bring it back.</param>
/// <param name="Places">By fragment index.</param>
public sealed record ObjectPlaces(Epoch Now, int Needed, IReadOnlyList<FragmentPlace> Places);

/// <summary>Where one fragment of every segment lies.</summary>
/// <param name="Index">The fragment's.</param>
/// <param name="Agreement">The agreement that holds it.</param>
/// <param name="Provider">Its provider.</param>
/// <param name="Region">The provider's, as it claims; empty for none.</param>
/// <param name="IsRunning">Whether the agreement still binds its provider.</param>
/// <param name="Start">The agreement's first payable epoch.</param>
/// <param name="LastProven">The newest epoch that the provider proved, together with all that it keeps; null for none.</param>
public sealed record FragmentPlace(int Index, AgreementId Agreement, Address Provider, string Region, bool IsRunning, Epoch Start, Epoch? LastProven)
{
    /// <summary>Whether the agreement is over, or a proof that was due is not there: neither for this epoch, which runs, nor for the one before.</summary>
    public bool IsTroubled(Epoch now) => !IsRunning || (now >= Start + 2 && (LastProven is not { } proven || proven + 1 < now));
}

/// <inheritdoc cref="LocateObject"/>
public sealed class LocateObjectHandler(MarketplaceClient client, Market market) : IRequestHandler<LocateObject, ObjectPlaces?>
{
    /// <summary>Epochs that are looked at first; only whoever proved none of them is looked for further back.</summary>
    const ulong Window = 60;

    /// <summary>Null when there is no such object, or its manifest is damaged.</summary>
    public async Task<ObjectPlaces?> Handle(LocateObject request, CancellationToken cancellationToken)
    {
        if (client.Find(request.Name) is not { } version || client.ReadManifest(version) is not { } manifest)
            return null;
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var oldest = new Epoch(now.Value > Window ? now.Value - Window : 0);
        var providers = manifest.Placements.Select(placement => placement.Provider).Distinct().ToList();
        var proven = await FindLastProofsAsync(providers, oldest, now, cancellationToken);
        var regions = (await Task.WhenAll(providers.Select(provider => market.Registry.FindAsync(provider, cancellationToken: cancellationToken))))
            .OfType<Chain.Registry.ProviderInfo>().ToDictionary(provider => provider.Owner, provider => provider.Particulars.Region);
        var ids = manifest.Placements.Select(placement => placement.Agreement).ToList();
        var agreements = await market.Agreements.GetManyAsync(ids, cancellationToken: cancellationToken);
        return new ObjectPlaces(now, manifest.Layout.DataFragments, [.. manifest.Placements.Select((placement, index) => new FragmentPlace(
            index, placement.Agreement, placement.Provider, regions.GetValueOrDefault(placement.Provider, ""),
            agreements[index].State is AgreementState.Active or AgreementState.Terminated && now < agreements[index].End, agreements[index].Start,
            proven.TryGetValue(placement.Provider, out var epoch) ? epoch : null))]);
    }

    async Task<Dictionary<Address, Epoch>> FindLastProofsAsync(IReadOnlyList<Address> providers, Epoch oldest, Epoch now, CancellationToken cancellationToken)
    {
        // The event's topics are itself, the provider and the epoch.
        IReadOnlyList<IReadOnlyList<Hash256>?> topics =
        [
            [ProviderRegistry.EpochProvenEvent.Topic],
            [.. providers.Select(provider => ProviderRegistry.EpochProvenEvent.Filter(provider: provider)[1]![0])],
            [.. Enumerable.Range(0, (int)(now.Value - oldest.Value) + 1).Select(offset => ProviderRegistry.EpochProvenEvent.Filter(epoch: oldest + (ulong)offset)[2]![0])],
        ];
        var head = await market.Client.GetBlockNumberAsync(cancellationToken);
        var events = await market.FindEventsAsync<ProviderRegistry.EpochProvenEvent>(market.Registry.Address, topics, head, cancellationToken);
        var silent = providers.Except(events.Select(log => log.Event.Provider)).ToHashSet();
        if (silent.Count > 0 && oldest.Value > 0)
        {
            IReadOnlyList<IReadOnlyList<Hash256>?> ever = [topics[0], [.. silent.Select(provider => ProviderRegistry.EpochProvenEvent.Filter(provider: provider)[1]![0])]];
            events = [.. events, .. await market.FindEventsAsync<ProviderRegistry.EpochProvenEvent>(market.Registry.Address, ever, head, cancellationToken)];
        }
        return events.GroupBy(log => log.Event.Provider).ToDictionary(group => group.Key, group => group.Max(log => log.Event.Epoch));
    }
}
