using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>A step that takes a proposal on, or back.</summary>
public enum ProposalStep
{
    /// <summary>Gives what was adopted to the timelock.</summary>
    Queue,

    /// <summary>Does what has waited in the timelock.</summary>
    Execute,

    /// <summary>Takes it back, before the vote and by its proposer.</summary>
    Cancel,
}

/// <summary>Votes on a proposal with all of the wallet's votes.</summary>
/// <param name="Id">Which.</param>
/// <param name="Choice">What.</param>
/// <param name="Reason">For everybody to read; empty for none.</param>
public sealed record CastVote(ProposalId Id, VoteChoice Choice, string Reason) : IRequest<ProposalDecision>;

/// <summary>Takes a proposal one step on.</summary>
/// <param name="Id">Which.</param>
/// <param name="Step">Which step.</param>
public sealed record AdvanceProposal(ProposalId Id, ProposalStep Step) : IRequest<ProposalDecision>;

/// <summary>How a vote or a step ended.</summary>
public abstract record ProposalDecision
{
    ProposalDecision()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Proposal">As the governor has it now.</param>
    /// <param name="Transaction">What did it.</param>
    public sealed record Done(Proposal Proposal, Hash256 Transaction) : ProposalDecision;

    /// <summary>There is no such proposal; nothing was sent.</summary>
    public sealed record Unknown : ProposalDecision;

    /// <summary>It is not at the point where this can be done; nothing was sent.</summary>
    /// <param name="Proposal">As it is.</param>
    public sealed record NotNow(Proposal Proposal) : ProposalDecision;

    /// <summary>The wallet had no votes when the vote began; nothing was sent.</summary>
    public sealed record NoVotes(Proposal Proposal) : ProposalDecision;

    /// <summary>The wallet has voted before; nothing was sent.</summary>
    public sealed record HasVoted(Proposal Proposal) : ProposalDecision;

    /// <summary>What it says cannot be read, so that nothing can be done with it; nothing was sent.</summary>
    public sealed record Unreadable(Proposal Proposal) : ProposalDecision;
}

/// <inheritdoc cref="CastVote"/>
public sealed class CastVoteHandler(Market market, ISigner wallet, TransactionSender sender) : IRequestHandler<CastVote, ProposalDecision>
{
    /// <inheritdoc/>
    public async Task<ProposalDecision> Handle(CastVote request, CancellationToken cancellationToken)
    {
        var governance = Governed.Require(market);
        if (await governance.FindAsync(request.Id, cancellationToken) is not { } proposal)
            return new ProposalDecision.Unknown();
        if (proposal.State != ProposalState.Active)
            return new ProposalDecision.NotNow(proposal);
        if ((await governance.HaveVotedAsync([proposal.Id], wallet.Address, cancellationToken))[0])
            return new ProposalDecision.HasVoted(proposal);
        if ((await governance.GetVotesAsync(wallet.Address, proposal.VoteStart, cancellationToken)).Value == 0)
            return new ProposalDecision.NoVotes(proposal);
        var receipt = await sender.SendAsync(
            governance.Vote(request.Id, request.Choice, request.Reason), $"vote-{request.Id}", cancellationToken);
        return new ProposalDecision.Done(await governance.FindAsync(request.Id, cancellationToken) ?? proposal, receipt.TransactionHash);
    }
}

/// <inheritdoc cref="AdvanceProposal"/>
public sealed class AdvanceProposalHandler(Market market, TransactionSender sender) : IRequestHandler<AdvanceProposal, ProposalDecision>
{
    /// <inheritdoc/>
    public async Task<ProposalDecision> Handle(AdvanceProposal request, CancellationToken cancellationToken)
    {
        var governance = Governed.Require(market);
        if (await governance.FindAsync(request.Id, cancellationToken) is not { } proposal)
            return new ProposalDecision.Unknown();
        if (proposal.Content is not { } content)
            return new ProposalDecision.Unreadable(proposal);
        var (from, transaction) = StepOf(governance, request.Step, content);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        if (proposal.State != from || (request.Step == ProposalStep.Execute && proposal.ExecutableAt > head.Timestamp))
            return new ProposalDecision.NotNow(proposal);
        var receipt = await sender.SendAsync(transaction, $"{request.Step}-{request.Id}-{Guid.NewGuid():N}", cancellationToken);
        return new ProposalDecision.Done(await governance.FindAsync(request.Id, cancellationToken) ?? proposal, receipt.TransactionHash);
    }

    static (ProposalState From, TransactionRequest Transaction) StepOf(GovernanceClient governance, ProposalStep step, ProposalContent content) => step switch
    {
        ProposalStep.Queue => (ProposalState.Succeeded, governance.Queue(content)),
        ProposalStep.Execute => (ProposalState.Queued, governance.Execute(content)),
        ProposalStep.Cancel => (ProposalState.Pending, governance.Cancel(content)),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "There is no such step."),
    };
}

/// <summary>Markets whose token's holders decide.</summary>
static class Governed
{
    /// <exception cref="InvalidOperationException">Somebody else decides: ask for the proposals first.</exception>
    public static GovernanceClient Require(Market market) =>
        market.Governance ?? throw new InvalidOperationException("This market has no governor.");
}
