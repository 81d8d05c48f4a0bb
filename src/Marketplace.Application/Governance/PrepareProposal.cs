using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Parameters;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Prepares to propose other numbers for the market; nothing is sent.</summary>
/// <param name="Wanted">All of them.</param>
/// <param name="Words">For the voters.</param>
/// <param name="Proposer">Whose wallet proposes.</param>
public sealed record PrepareProposal(MarketParameters Wanted, ProposalWords Words, Address Proposer) : IRequest<PreparedProposal>;

/// <summary>An action for the wallet, or why there is none.</summary>
public abstract record PreparedProposal
{
    PreparedProposal()
    {
    }

    /// <summary>It can be proposed.</summary>
    /// <param name="Action">For the wallet.</param>
    public sealed record Ready(WalletAction Action) : PreparedProposal;

    /// <summary>It cannot.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Stopped(Proposing Reason) : PreparedProposal;
}

/// <inheritdoc cref="PrepareProposal"/>
public sealed class PrepareProposalHandler(Market market) : IRequestHandler<PrepareProposal, PreparedProposal>
{
    /// <inheritdoc/>
    public async Task<PreparedProposal> Handle(PrepareProposal request, CancellationToken cancellationToken)
    {
        var content = ProposalCheck.ContentOf(market, request.Wanted, request.Words.ToString(), request.Proposer);
        return await ProposalCheck.RunAsync(market, request.Wanted, content, request.Proposer, cancellationToken) is { } reason
            ? new PreparedProposal.Stopped(reason)
            : new PreparedProposal.Ready(WalletAction.Of(Governed.Require(market).Propose(content)));
    }
}
