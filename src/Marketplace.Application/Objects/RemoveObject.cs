using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Removes an object. For whoever may change the catalog.</summary>
/// <param name="Name">The object.</param>
/// <param name="ForGood">Whether nothing of it is kept for restoring, neither earlier versions.</param>
public sealed record RemoveObject(ObjectName Name, bool ForGood) : IRequest<IReadOnlyList<(AgreementId Agreement, string Reason)>?>;

/// <inheritdoc cref="RemoveObject"/>
public sealed class RemoveObjectHandler(MarketplaceClient client)
    : IRequestHandler<RemoveObject, IReadOnlyList<(AgreementId Agreement, string Reason)>?>
{
    /// <summary>Null when there is no such object; else the agreements that still hold what should be cleared, and why.</summary>
    public Task<IReadOnlyList<(AgreementId Agreement, string Reason)>?> Handle(RemoveObject request, CancellationToken cancellationToken) =>
        request.ForGood ? client.RemoveAsync(request.Name, cancellationToken) : client.SetAsideAsync(request.Name, cancellationToken);
}
