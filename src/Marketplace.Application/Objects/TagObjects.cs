using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Changes what objects are called beside their names, all or none. For whoever may change the catalog.</summary>
/// <param name="Names">The objects; those that are not there are left out.</param>
/// <param name="Add">Tags that they have from then on, as people type them.</param>
/// <param name="Remove">Tags that they have no more, whatever their capitals.</param>
public sealed record TagObjects(IReadOnlyCollection<ObjectName> Names, IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : IRequest<Tagging>;

/// <summary>How tagging ended; where it was refused, nothing has changed.</summary>
public abstract record Tagging
{
    Tagging()
    {
    }

    /// <summary>Every one of the objects that are there has these tags now, beside its own.</summary>
    /// <param name="Tags">The tags of the one that was changed last.</param>
    public sealed record Done(TagSet Tags) : Tagging;

    /// <summary>There is none of the objects.</summary>
    public sealed record Unknown : Tagging;

    /// <summary>A text is no tag, or there are too many.</summary>
    /// <param name="Name">The object that cannot have its tags.</param>
    /// <param name="Reason">One sentence.</param>
    public sealed record Refused(ObjectName Name, string Reason) : Tagging;
}

/// <inheritdoc cref="TagObjects"/>
public sealed class TagObjectsHandler(MarketplaceClient client) : IRequestHandler<TagObjects, Tagging>
{
    /// <inheritdoc/>
    public async Task<Tagging> Handle(TagObjects request, CancellationToken cancellationToken)
    {
        var last = TagSet.None;
        Tagging.Refused? refused = null;
        var found = await client.SetTagsAsync(request.Names, (name, tags) =>
        {
            var wanted = tags.All.Where(tag => !request.Remove.Contains(tag, StringComparer.OrdinalIgnoreCase)).Concat(request.Add);
            if (TagSet.TryCreate(wanted, out var changed, out var problem))
                return last = changed;
            refused = new Tagging.Refused(name, problem);
            return null;
        }, cancellationToken);
        if (refused is not null)
            return refused;
        return found > 0 ? new Tagging.Done(last) : new Tagging.Unknown();
    }
}
