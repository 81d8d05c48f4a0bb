using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Makes kept versions the live ones again; those that are live are kept in their place. For whoever may change the catalog.</summary>
/// <param name="Wanted">Each an object, which may have been removed, and the version's number; null for the one that was live last.</param>
public sealed record RestoreVersions(IReadOnlyCollection<(ObjectName Name, ulong? Number)> Wanted) : IRequest<IReadOnlyList<StoredVersion>>;

/// <inheritdoc cref="RestoreVersions"/>
public sealed class RestoreVersionsHandler(MarketplaceClient client) : IRequestHandler<RestoreVersions, IReadOnlyList<StoredVersion>>
{
    /// <summary>The versions as they are now; without those that are not kept.</summary>
    public Task<IReadOnlyList<StoredVersion>> Handle(RestoreVersions request, CancellationToken cancellationToken) =>
        client.RestoreAsync(request.Wanted, cancellationToken);
}
