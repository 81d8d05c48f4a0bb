using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks for the versions of an object, or for all that is kept for restoring.</summary>
/// <param name="Name">The object, which may have been removed; null for everything that is kept.</param>
public sealed record ListVersions(ObjectName? Name) : IRequest<VersionHistory>;

/// <summary>Versions, and what keeping costs.</summary>
/// <param name="Versions">Of an object: the live one, if there is one, then the kept ones, of which the one that was replaced last first.</param>
/// <param name="Kept">All that is kept, of all objects, and the rented space that it occupies.</param>
/// <param name="Retention">How long it is kept.</param>
public sealed record VersionHistory(IReadOnlyList<StoredVersion> Versions, KeptSpace Kept, Retention Retention);

/// <inheritdoc cref="ListVersions"/>
public sealed class ListVersionsHandler(MarketplaceClient client) : IRequestHandler<ListVersions, VersionHistory>
{
    /// <inheritdoc/>
    public Task<VersionHistory> Handle(ListVersions request, CancellationToken cancellationToken) => Task.FromResult(
        new VersionHistory(request.Name is { } name ? client.ListVersions(name) : client.ListKept(), client.KeptSpace, client.Retention));
}
