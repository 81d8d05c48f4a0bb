using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Makes a kept version the live one again; the live one is kept in its place. For whoever may change the catalog.</summary>
/// <param name="Name">The object, which may have been removed.</param>
/// <param name="Number">The version's; null for the one that was live last.</param>
public sealed record RestoreVersion(ObjectName Name, ulong? Number) : IRequest<StoredVersion?>;

/// <inheritdoc cref="RestoreVersion"/>
public sealed class RestoreVersionHandler(MarketplaceClient client) : IRequestHandler<RestoreVersion, StoredVersion?>
{
    /// <summary>The version as it is now; null when none is kept.</summary>
    public async Task<StoredVersion?> Handle(RestoreVersion request, CancellationToken cancellationToken)
    {
        var number = request.Number ?? client.ListVersions(request.Name).FirstOrDefault(version => version.State == VersionState.Kept)?.Number;
        return number is { } wanted ? await client.RestoreAsync(request.Name, wanted, cancellationToken) : null;
    }
}
