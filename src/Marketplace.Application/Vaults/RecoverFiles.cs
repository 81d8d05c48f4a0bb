using Marketplace.Client;
using Marketplace.Client.Recovery;
using MediatR;

namespace Marketplace.Application.Vaults;

/// <summary>
/// Looks for what a vault keeps with providers, with nothing but its keys and the chain; where its catalog is in use, brings it together with what other
/// machines changed. For whoever may change the catalog.
/// </summary>
/// <param name="Options">What it may do beyond what is safe by itself.</param>
public sealed record RecoverFiles(RecoveryOptions Options) : IRequest<RecoveryResult>;

/// <inheritdoc cref="RecoverFiles"/>
public sealed class RecoverFilesHandler(MarketplaceClient client) : IRequestHandler<RecoverFiles, RecoveryResult>
{
    /// <inheritdoc/>
    /// <exception cref="Marketplace.Ethereum.JsonRpc.EthereumRpcException">The chain does not answer, or refuses.</exception>
    public async Task<RecoveryResult> Handle(RecoverFiles request, CancellationToken cancellationToken)
    {
        var result = await client.RecoverAsync(request.Options, cancellationToken);
        // Space may have been rented where nothing was stored yet, or by a machine that never noted it.
        await new NoteAgreementsHandler(client).Handle(new NoteAgreements(), cancellationToken);
        return result;
    }
}
