using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Sets what a provider keeps of its delegators' earnings; the first time it opens the provider to them.</summary>
/// <param name="Bps">Hundredths of a percent, at most 10,000.</param>
public sealed record SetCommission(ushort Bps) : IRequest<ProviderCommission>;

/// <inheritdoc cref="SetCommission"/>
public sealed class SetCommissionHandler(Market market, ISigner owner, TransactionSender sender) : IRequestHandler<SetCommission, ProviderCommission>
{
    /// <inheritdoc/>
    public async Task<ProviderCommission> Handle(SetCommission request, CancellationToken cancellationToken)
    {
        await sender.SendAsync(market.Stakes.SetCommission(request.Bps), $"commission-{Guid.NewGuid():N}", cancellationToken);
        return await market.Stakes.GetCommissionAsync(owner.Address, cancellationToken: cancellationToken);
    }
}
