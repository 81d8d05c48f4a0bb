using Marketplace.Client;
using Marketplace.Ethereum.JsonRpc;
using MediatR;

namespace Marketplace.Application.Vaults;

/// <summary>
/// Notes which agreements the chain has for the vault's data key, so that uploads find the space that was rented. For whoever may change the catalog.
/// </summary>
public sealed record NoteAgreements : IRequest<bool>;

/// <inheritdoc cref="NoteAgreements"/>
public sealed class NoteAgreementsHandler(MarketplaceClient client) : IRequestHandler<NoteAgreements, bool>
{
    /// <summary>Whether the chain answered; where it did not, what was known stays as it was.</summary>
    public async Task<bool> Handle(NoteAgreements request, CancellationToken cancellationToken)
    {
        if (client.Rentals is not { } rentals)
            return true;
        try
        {
            await rentals.SynchroniseAsync(client.DataKey, cancellationToken);
            return true;
        }
        catch (EthereumRpcException)
        {
            return false;
        }
    }
}
