using Marketplace.Chain.Agreements;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks for all agreements with a provider that are not over, and proposals that wait for its answer; by number.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListProviderAgreements(Address Provider) : IRequest<IReadOnlyList<AgreementInfo>>;

/// <inheritdoc cref="ListProviderAgreements"/>
public sealed class ListProviderAgreementsHandler(ProviderAgreements agreements) : IRequestHandler<ListProviderAgreements, IReadOnlyList<AgreementInfo>>
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<AgreementInfo>> Handle(ListProviderAgreements request, CancellationToken cancellationToken) =>
        agreements.FindOpenAsync(request.Provider, cancellationToken);
}
