using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks for the objects whose names begin with a prefix, compared exactly.</summary>
/// <param name="Prefix">Empty for all.</param>
/// <param name="Tag">Only those that have it; null for all.</param>
public sealed record ListObjects(string Prefix, string? Tag = null) : IRequest<IReadOnlyList<ListedObject>>;

/// <summary>An object.</summary>
/// <param name="Version">Its live version.</param>
/// <param name="Coding">How it is spread; null when its manifest is damaged.</param>
/// <param name="Tags">What its user calls it.</param>
/// <param name="Versions">How many versions there are of it, this one counted.</param>
public sealed record ListedObject(StoredVersion Version, CodingScheme? Coding, TagSet Tags, int Versions);

/// <inheritdoc cref="ListObjects"/>
public sealed class ListObjectsHandler(MarketplaceClient client) : IRequestHandler<ListObjects, IReadOnlyList<ListedObject>>
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedObject>> Handle(ListObjects request, CancellationToken cancellationToken)
    {
        var tags = client.ListTagged().ToDictionary(tagged => tagged.Name, tagged => tagged.Tags);
        var kept = client.ListKept().CountBy(version => version.Name).ToDictionary();
        return Task.FromResult<IReadOnlyList<ListedObject>>([.. client.List(request.Prefix)
            .Select(version => (Version: version, Tags: tags.GetValueOrDefault(version.Name, TagSet.None)))
            .Where(row => request.Tag is null || row.Tags.Contains(request.Tag))
            .Select(row => new ListedObject(
                row.Version, MarketplaceClient.ReadCoding(row.Version), row.Tags, 1 + kept.GetValueOrDefault(row.Version.Name)))]);
    }
}
