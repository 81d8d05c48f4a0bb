using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks for all agreements with a provider that are not over, and proposals that wait for its answer; by number.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListProviderAgreements(Address Provider) : IRequest<IReadOnlyList<AgreementInfo>>;

/// <inheritdoc cref="ListProviderAgreements"/>
public sealed class ListProviderAgreementsHandler(Market market) : IRequestHandler<ListProviderAgreements, IReadOnlyList<AgreementInfo>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<AgreementInfo>> Handle(ListProviderAgreements request, CancellationToken cancellationToken)
    {
        var events = await market.FindEventsAsync<StorageAgreements.AgreementProposedEvent>(
            market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Filter(provider: request.Provider),
            await market.Client.GetHeadAsync(cancellationToken), cancellationToken);
        var agreements = await market.Agreements.GetManyAsync([.. events.Select(log => log.Event.Agreement).Distinct().Order()], default, cancellationToken);
        return [.. agreements.Where(agreement => agreement.Provider == request.Provider
            && agreement.State is AgreementState.Proposed or AgreementState.Active or AgreementState.Terminated)];
    }
}
