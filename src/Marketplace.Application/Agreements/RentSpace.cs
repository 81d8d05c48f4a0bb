using Marketplace.Client.Renting;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Rents what was quoted: all agreements in one transaction, paid with a permit.</summary>
/// <param name="Quote">From <see cref="QuoteRental"/>. A price that rose since is refused by the contract.</param>
/// <param name="DataKey">The vault's key that will sign revisions.</param>
public sealed record RentSpace(RentalQuote Quote, Address DataKey) : IRequest<RentalResult>;

/// <inheritdoc cref="RentSpace"/>
public sealed class RentSpaceHandler(RentalService rentals, ISigner wallet, TransactionSender sender) : IRequestHandler<RentSpace, RentalResult>
{
    /// <inheritdoc/>
    public Task<RentalResult> Handle(RentSpace request, CancellationToken cancellationToken) =>
        rentals.RentAsync(request.Quote, request.DataKey, wallet, sender, cancellationToken);
}
