using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks for the objects whose names begin with a prefix, compared exactly.</summary>
/// <param name="Prefix">Empty for all.</param>
public sealed record ListObjects(string Prefix) : IRequest<IReadOnlyList<ListedObject>>;

/// <summary>An object.</summary>
/// <param name="Version">Its live version.</param>
/// <param name="Coding">How it is spread; null when its manifest is damaged.</param>
public sealed record ListedObject(StoredVersion Version, CodingScheme? Coding);

/// <inheritdoc cref="ListObjects"/>
public sealed class ListObjectsHandler(MarketplaceClient client) : IRequestHandler<ListObjects, IReadOnlyList<ListedObject>>
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedObject>> Handle(ListObjects request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ListedObject>>([.. client.List()
            .Where(version => version.Name.Value.StartsWith(request.Prefix, StringComparison.Ordinal))
            .Select(version => new ListedObject(version, client.ReadManifest(version)?.Layout.Coding))]);
}
