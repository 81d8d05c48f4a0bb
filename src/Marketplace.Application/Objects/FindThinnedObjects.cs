using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Client;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Objects;

/// <summary>Asks what becomes of the listed objects when agreements end; those that end already are no help then.</summary>
/// <param name="Ending">The agreements.</param>
public sealed record FindThinnedObjects(IReadOnlyCollection<AgreementId> Ending) : IRequest<IReadOnlyList<ThinnedObjects>>;

/// <inheritdoc cref="FindThinnedObjects"/>
public sealed class FindThinnedObjectsHandler(MarketplaceClient client, Market market) : IRequestHandler<FindThinnedObjects, IReadOnlyList<ThinnedObjects>>
{
    /// <summary>Those that hold nothing in them are not among them.</summary>
    public async Task<IReadOnlyList<ThinnedObjects>> Handle(FindThinnedObjects request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var known = await market.Agreements.GetManyAsync([.. client.ListAgreements().Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        var staying = known.Where(agreement => agreement.State == AgreementState.Active && now < agreement.End).Select(agreement => agreement.Id).ToHashSet();
        return await Task.Run(() => client.FindThinned(request.Ending.ToHashSet(), staying), cancellationToken);
    }
}
