using Marketplace.Chain;
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
public sealed record ObjectPlaces(Epoch Now, int Needed, IReadOnlyList<FragmentPlace> Places)
{
    /// <summary>At so few it should be stored again.</summary>
    public int RepairAt { get; init; }

    /// <summary>How many of them are left.</summary>
    public FileHealth Health => FileHealth.Of(Places, Needed, RepairAt, Now);
}

/// <summary>Where one fragment of every segment lies.</summary>
/// <param name="Index">The fragment's.</param>
/// <param name="Agreement">The agreement that holds it.</param>
/// <param name="Provider">Its provider.</param>
/// <param name="Region">The provider's, as it claims; empty for none.</param>
/// <param name="IsRunning">Whether the agreement still binds its provider.</param>
/// <param name="FirstDue">The first epoch whose proof is expected to be over the fragment.</param>
/// <param name="LastProven">The newest epoch in which the provider proved it, together with all else that it keeps; null for none yet.</param>
public sealed record FragmentPlace(int Index, AgreementId Agreement, Address Provider, string Region, bool IsRunning, Epoch FirstDue, Epoch? LastProven)
{
    /// <summary>What its provider declared lost, and did not make good; null for nothing that may be of this fragment.</summary>
    public FragmentLoss? Loss { get; init; }

    /// <summary>Whether no proof can be over it yet.</summary>
    public bool IsTooNew(Epoch now) => IsRunning && LastProven is null && now <= FirstDue;

    /// <summary>
    /// Whether the agreement is over, the fragment was or may have been declared lost, or a proof that was due is not there: neither for this epoch, which
    /// runs, nor for the one before.
    /// </summary>
    public bool IsTroubled(Epoch now) => !IsRunning || Loss is not null || LacksProof(now);

    /// <summary>Whether the provider is still bound to keep it, and a proof that was due is not there.</summary>
    public bool LacksProof(Epoch now) => IsRunning && ProofCover.Lacks(FirstDue, LastProven, now);

    /// <summary>Whether the provider is bound to keep it, and proved that it does in this epoch or the one before.</summary>
    public bool IsProven(Epoch now) => IsRunning && LastProven is not null && !LacksProof(now);
}

/// <summary>What a provider declared lost, as far as it concerns a fragment.</summary>
/// <param name="Declared">The epoch in which it said so.</param>
/// <param name="IsCertain">Whether it said so of this very fragment; else it is not known what of the agreement it named.</param>
public sealed record FragmentLoss(Epoch Declared, bool IsCertain);

/// <inheritdoc cref="LocateObject"/>
public sealed class LocateObjectHandler(MarketplaceClient client, Market market) : IRequestHandler<LocateObject, ObjectPlaces?>
{
    /// <summary>Null when there is no such object, or its manifest is damaged.</summary>
    public async Task<ObjectPlaces?> Handle(LocateObject request, CancellationToken cancellationToken)
    {
        if (client.Find(request.Name) is not { } version || client.ReadManifest(version) is not { } manifest)
            return null;
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var stored = ProofCover.EpochOf(version.Created, market.Clock, now);
        var ground = await FragmentGround.ReadAsync(market, client, manifest.Placements, new ProofCover(stored, default).First, now, cancellationToken);
        var regions = (await market.Registry.FindManyAsync([.. manifest.Placements.Select(placement => placement.Provider).Distinct()], cancellationToken: cancellationToken))
            .OfType<Chain.Registry.ProviderInfo>().ToDictionary(provider => provider.Owner, provider => provider.Particulars.Region);
        return new ObjectPlaces(now, manifest.Layout.DataFragments, [.. manifest.Placements.Select((placement, index) =>
            ground.PlaceOf(index, placement, stored, version.Id) with { Region = regions.GetValueOrDefault(placement.Provider, "") })]) { RepairAt = manifest.Layout.Coding.RepairAt };
    }
}
