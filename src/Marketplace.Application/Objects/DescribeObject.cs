using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Watching;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks how an object is stored and how its providers do; null when there is no such object.</summary>
/// <param name="Name">The object.</param>
/// <param name="IsFull">Whether every byte is read, or a random sample.</param>
public sealed record DescribeObject(ObjectName Name, bool IsFull) : IRequest<ObjectDescription?>;

/// <summary>How an object is stored.</summary>
/// <param name="Version">Its live version.</param>
/// <param name="Manifest">Null when it is damaged or not this vault's.</param>
/// <param name="Health">What its providers could show; null without a manifest.</param>
/// <param name="Versions">All of its versions: this one, then those that are kept for restoring.</param>
/// <param name="Tags">What its user calls it.</param>
public sealed record ObjectDescription(
    StoredVersion Version, ObjectManifest? Manifest, ObjectHealth? Health, IReadOnlyList<StoredVersion> Versions, TagSet Tags);

/// <inheritdoc cref="DescribeObject"/>
public sealed class DescribeObjectHandler(MarketplaceClient client) : IRequestHandler<DescribeObject, ObjectDescription?>
{
    /// <inheritdoc/>
    public async Task<ObjectDescription?> Handle(DescribeObject request, CancellationToken cancellationToken)
    {
        if (client.Find(request.Name) is not { } version)
            return null;
        return new ObjectDescription(
            version, client.ReadManifest(version), await client.Watch.CheckAsync(version, request.IsFull, cancellationToken),
            client.ListVersions(request.Name), client.GetTags(request.Name));
    }
}
