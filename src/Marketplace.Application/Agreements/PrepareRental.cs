using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Client.Renting;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Renting what was quoted, for a wallet that signs elsewhere: all agreements in one transaction, paid with a permit.</summary>
/// <param name="Quote">From <see cref="QuoteRental"/>. A price that rose since is refused by the contract.</param>
/// <param name="DataKey">The vault's key that will sign revisions.</param>
public sealed record PrepareRental(RentalQuote Quote, Address DataKey) : IRequest<WalletAction>;

/// <inheritdoc cref="PrepareRental"/>
public sealed class PrepareRentalHandler(Market market) : IRequestHandler<PrepareRental, WalletAction>
{
    /// <inheritdoc/>
    public Task<WalletAction> Handle(PrepareRental request, CancellationToken cancellationToken)
    {
        var requests = RentalService.RequestsOf(request.Quote, request.DataKey);
        return Task.FromResult(new WalletAction(
            permit => market.Agreements.Open(requests, permit), new TokenNeed(market.Escrow.Address, request.Quote.Deposit)));
    }
}
