using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Removes objects. For whoever may change the catalog.</summary>
/// <param name="Names">The objects; those that are not there are left out.</param>
/// <param name="ForGood">Whether nothing of them is kept for restoring, neither earlier versions.</param>
public sealed record RemoveObjects(IReadOnlyCollection<ObjectName> Names, bool ForGood) : IRequest<IReadOnlyList<(AgreementId Agreement, string Reason)>?>;

/// <inheritdoc cref="RemoveObjects"/>
public sealed class RemoveObjectsHandler(MarketplaceClient client)
    : IRequestHandler<RemoveObjects, IReadOnlyList<(AgreementId Agreement, string Reason)>?>
{
    /// <summary>Null when none of them is there; else the agreements that still hold what should be cleared, and why.</summary>
    public Task<IReadOnlyList<(AgreementId Agreement, string Reason)>?> Handle(RemoveObjects request, CancellationToken cancellationToken) =>
        request.ForGood ? client.RemoveAsync(request.Names, cancellationToken) : client.SetAsideAsync(request.Names, cancellationToken);
}
