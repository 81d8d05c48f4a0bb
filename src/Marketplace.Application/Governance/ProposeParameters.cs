using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Proposes other numbers for the market.</summary>
/// <param name="Wanted">All of them.</param>
/// <param name="Summary">Why, for the voters; not empty.</param>
public sealed record ProposeParameters(MarketParameters Wanted, string Summary) : IRequest<Proposing>;

/// <summary>How proposing ended.</summary>
public abstract record Proposing
{
    Proposing()
    {
    }

    /// <summary>It is proposed.</summary>
    public sealed record Proposed(Proposal Proposal, Hash256 Transaction) : Proposing;

    /// <summary>The wallet has too few votes; nothing was sent.</summary>
    public sealed record NotEnoughVotes(TokenAmount Votes, TokenAmount Needed) : Proposing;

    /// <summary>The contract would refuse these numbers when it is executed, or this proposal now; nothing was sent.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record Refused(string Reason) : Proposing;

    /// <summary>The numbers are what they are now; nothing was sent.</summary>
    public sealed record NothingChanges : Proposing;
}

/// <inheritdoc cref="ProposeParameters"/>
public sealed class ProposeParametersHandler(Market market, ISigner wallet, TransactionSender sender) : IRequestHandler<ProposeParameters, Proposing>
{
    /// <inheritdoc/>
    public async Task<Proposing> Handle(ProposeParameters request, CancellationToken cancellationToken)
    {
        var governance = Governed.Require(market);
        var content = ProposalCheck.ContentOf(market, request.Wanted, request.Summary, wallet.Address);
        if (await ProposalCheck.RunAsync(market, request.Wanted, content, wallet.Address, cancellationToken) is { } refusal)
            return refusal;
        var receipt = await sender.SendAsync(governance.Propose(content), $"propose-{Guid.NewGuid():N}", cancellationToken);
        var id = governance.ReadProposed(receipt);
        var proposal = await governance.FindAsync(id, cancellationToken)
            ?? throw new Ethereum.JsonRpc.RpcProtocolException($"The endpoint does not know proposal {id}, which is in its chain.");
        return new Proposing.Proposed(proposal, receipt.TransactionHash);
    }
}
