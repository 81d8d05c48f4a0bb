using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Changes what an object is called beside its name. For whoever may change the catalog.</summary>
/// <param name="Name">The object.</param>
/// <param name="Add">Tags that it has from then on, as people type them.</param>
/// <param name="Remove">Tags that it has no more, whatever their capitals.</param>
public sealed record TagObject(ObjectName Name, IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : IRequest<Tagging>;

/// <summary>How tagging ended.</summary>
public abstract record Tagging
{
    Tagging()
    {
    }

    /// <summary>These are the object's tags now.</summary>
    public sealed record Done(TagSet Tags) : Tagging;

    /// <summary>There is no such object.</summary>
    public sealed record Unknown : Tagging;

    /// <summary>A text is no tag, or there are too many.</summary>
    /// <param name="Reason">One sentence.</param>
    public sealed record Refused(string Reason) : Tagging;
}

/// <inheritdoc cref="TagObject"/>
public sealed class TagObjectHandler(MarketplaceClient client) : IRequestHandler<TagObject, Tagging>
{
    /// <inheritdoc/>
    public async Task<Tagging> Handle(TagObject request, CancellationToken cancellationToken)
    {
        var wanted = client.GetTags(request.Name).All
            .Where(tag => !request.Remove.Contains(tag, StringComparer.OrdinalIgnoreCase)).Concat(request.Add);
        if (!TagSet.TryCreate(wanted, out var tags, out var problem))
            return new Tagging.Refused(problem);
        return await client.SetTagsAsync(request.Name, tags, cancellationToken) ? new Tagging.Done(tags) : new Tagging.Unknown();
    }
}
