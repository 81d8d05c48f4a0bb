using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Frees the space of what is kept for restoring. For whoever may change the catalog.</summary>
/// <param name="Names">The objects of which nothing is kept any more, in one change; null for all.</param>
/// <param name="Number">Only the versions of this number; null for all of them.</param>
/// <param name="Expired">Only what is beyond the vault's retention.</param>
public sealed record PruneVersions(IReadOnlyCollection<ObjectName>? Names, ulong? Number, bool Expired) : IRequest<PrunedVersions>;

/// <summary>What was pruned.</summary>
/// <param name="Versions">How many.</param>
/// <param name="Left">Agreements that still hold some of it, and why.</param>
public sealed record PrunedVersions(int Versions, IReadOnlyList<(AgreementId Agreement, string Reason)> Left);

/// <inheritdoc cref="PruneVersions"/>
public sealed class PruneVersionsHandler(MarketplaceClient client) : IRequestHandler<PruneVersions, PrunedVersions>
{
    /// <inheritdoc/>
    public async Task<PrunedVersions> Handle(PruneVersions request, CancellationToken cancellationToken)
    {
        var names = request.Names?.ToHashSet();
        bool IsMeant(StoredVersion version) =>
            names?.Contains(version.Name) != false && (request.Number is null || version.Number == request.Number);
        var (versions, left) = await client.PruneAsync(request.Expired ? null : IsMeant, cancellationToken);
        return new PrunedVersions(versions, left);
    }
}
