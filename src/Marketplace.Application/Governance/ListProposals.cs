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
/// <param name="Proposals">The newest first.</param>
/// <param name="Voter">The one that was asked about.</param>
public sealed record GovernanceOverview(
    GovernanceRules Rules, MarketParameters Parameters, TokenAmount Treasury, IReadOnlyList<DescribedProposal> Proposals, VoterStanding? Voter);

/// <summary>A proposal with what it does.</summary>
/// <param name="Proposal">As the governor has it.</param>
/// <param name="Effects">Of each of its calls; null where its content cannot be read.</param>
/// <param name="HasVoted">Whether the voter that was asked about has voted.</param>
public sealed record DescribedProposal(Proposal Proposal, IReadOnlyList<ProposalEffect>? Effects, bool HasVoted);

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
        var reader = new ProposalReader(market.Deployment, parameters, rules);
        return new GovernanceOverview(
            rules, parameters, await market.Token.GetBalanceAsync(governance.Timelock, cancellationToken: cancellationToken),
            [.. proposals.Zip(voted, (proposal, hasVoted) =>
                new DescribedProposal(proposal, proposal.Content is { } content ? reader.Read(content) : null, hasVoted))],
            request.Voter is { } account ? await VoterStanding.ReadAsync(market, account, cancellationToken) : null);
    }
}
