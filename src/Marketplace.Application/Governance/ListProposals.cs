using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Asks for what the token's holders decide or have decided.</summary>
/// <param name="Voter">Whose votes to tell of; null for nobody's.</param>
public sealed record ListProposals(Address? Voter) : IRequest<GovernanceOverview?>;

/// <summary>A market's governance at one moment; there is none where somebody else may change the numbers, as on a development chain.</summary>
/// <param name="Rules">How is decided.</param>
/// <param name="Parameters">The market's numbers.</param>
/// <param name="Treasury">Tokens that decisions can spend.</param>
/// <param name="TreasuryCredit">Tokens that are the treasury's, and lie in the escrow until a decision takes them out.</param>
/// <param name="Proposals">The newest first.</param>
/// <param name="Voter">The one that was asked about.</param>
public sealed record GovernanceOverview(
    GovernanceRules Rules, MarketParameters Parameters, TokenAmount Treasury, TokenAmount TreasuryCredit, IReadOnlyList<DescribedProposal> Proposals, VoterStanding? Voter);

/// <summary>A proposal with what it does.</summary>
/// <param name="Proposal">As the governor has it.</param>
/// <param name="Effects">Of each of its calls; null where its content cannot be read.</param>
/// <param name="HasVoted">Whether the voter that was asked about has voted.</param>
/// <param name="Votes">What that voter can vote with, as it was when the vote began; null without a voter, and while it is not voted.</param>
public sealed record DescribedProposal(Proposal Proposal, IReadOnlyList<ProposalEffect>? Effects, bool HasVoted, TokenAmount? Votes);

/// <inheritdoc cref="ListProposals"/>
public sealed class ListProposalsHandler(Market market) : IRequestHandler<ListProposals, GovernanceOverview?>
{
    /// <inheritdoc/>
    public async Task<GovernanceOverview?> Handle(ListProposals request, CancellationToken cancellationToken)
    {
        if (market.Governance is not { } governance)
            return null;
        var rules = await governance.GetRulesAsync(cancellationToken: cancellationToken);
        var parameters = await market.Parameters.GetAsync(cancellationToken: cancellationToken);
        var proposals = await governance.ListAsync(cancellationToken);
        IReadOnlyList<bool> voted = request.Voter is { } voter
            ? await governance.HaveVotedAsync([.. proposals.Select(proposal => proposal.Id)], voter, cancellationToken) : [.. proposals.Select(_ => false)];
        var votes = await Task.WhenAll(proposals.Select(proposal => FindVotesAsync(governance, proposal, request.Voter, cancellationToken)));
        var past = proposals.Any(proposal => proposal.IsOver) ? await PastParameters.ReadAsync(market, governance, cancellationToken) : null;
        var open = new ProposalReader(market.Deployment, parameters, rules);
        IReadOnlyList<ProposalEffect>? Read(Proposal proposal) => proposal.Content is not { } content ? null
            : (proposal.IsOver ? new ProposalReader(market.Deployment, past!.FindBefore(proposal) ?? parameters, rules: null) : open).Read(content);
        return new GovernanceOverview(
            rules, parameters, await market.Token.GetBalanceAsync(governance.Timelock, cancellationToken: cancellationToken),
            await market.Escrow.GetWithdrawableAsync(governance.Timelock, cancellationToken: cancellationToken),
            [.. proposals.Select((proposal, i) => new DescribedProposal(proposal, Read(proposal), voted[i], votes[i]))],
            request.Voter is { } account ? await VoterStanding.ReadAsync(market, account, cancellationToken) : null);
    }

    static async Task<TokenAmount?> FindVotesAsync(GovernanceClient governance, Proposal proposal, Address? voter, CancellationToken cancellationToken) =>
        voter is { } account && proposal.State == ProposalState.Active ? await governance.GetVotesAsync(account, proposal.VoteStart, cancellationToken) : null;
}
