using Marketplace.Client;
using Marketplace.Client.Catalog;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Gives objects other names, all or none. For whoever may change the catalog.</summary>
/// <param name="Moves">Each object, and its new name as people type it.</param>
public sealed record MoveObjects(IReadOnlyList<(ObjectName From, string To)> Moves) : IRequest<Moving>;

/// <summary>How it ended; where it was refused, nothing has changed.</summary>
public abstract record Moving
{
    Moving()
    {
    }

    /// <summary>All have their new names.</summary>
    public sealed record Done : Moving;

    /// <summary>One of them cannot have its new name.</summary>
    /// <param name="Name">The one, or the name that it cannot have.</param>
    /// <param name="Reason">One sentence, without the name.</param>
    public sealed record Refused(string Name, string Reason) : Moving;
}

/// <inheritdoc cref="MoveObjects"/>
public sealed class MoveObjectsHandler(MarketplaceClient client) : IRequestHandler<MoveObjects, Moving>
{
    /// <inheritdoc/>
    public async Task<Moving> Handle(MoveObjects request, CancellationToken cancellationToken)
    {
        var moves = new List<(ObjectName From, ObjectName To)>();
        foreach (var (from, text) in request.Moves)
        {
            if (!ObjectName.TryCreate(text, out var to, out var problem))
                return new Moving.Refused(from.Value, problem);
            moves.Add((from, to));
        }
        return await client.RenameAsync(moves, cancellationToken) switch
        {
            Renaming.Gone gone => new Moving.Refused(gone.Name.Value, "It is gone: it was renamed or deleted meanwhile."),
            Renaming.Taken taken => new Moving.Refused(taken.Name.Value, "There is a file of that name already."),
            _ => new Moving.Done(),
        };
    }
}
