using Marketplace.Chain;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Lets the votes of the wallet's tokens count for somebody, who may be the wallet itself; the tokens stay where they are.</summary>
/// <param name="To">For whom.</param>
public sealed record DelegateVotes(Address To) : IRequest<VoterStanding>;

/// <inheritdoc cref="DelegateVotes"/>
public sealed class DelegateVotesHandler(Market market, ISigner wallet, TransactionSender sender) : IRequestHandler<DelegateVotes, VoterStanding>
{
    /// <inheritdoc/>
    public async Task<VoterStanding> Handle(DelegateVotes request, CancellationToken cancellationToken)
    {
        await sender.SendAsync(market.Token.DelegateVotes(request.To), $"delegate-votes-{Guid.NewGuid():N}", cancellationToken);
        return await VoterStanding.ReadAsync(market, wallet.Address, cancellationToken);
    }
}
