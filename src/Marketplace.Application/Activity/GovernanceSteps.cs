using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Activity;

/// <summary>
/// Finds what became of proposals, and who votes. The governor and the token tell it, which are none of the market's own contracts.
/// </summary>
static class GovernanceSteps
{
    static readonly IReadOnlyList<Hash256> OfProposals =
    [
        MarketplaceGovernor.ProposalCreatedEvent.Topic, MarketplaceGovernor.ProposalQueuedEvent.Topic, MarketplaceGovernor.ProposalExecutedEvent.Topic,
        MarketplaceGovernor.ProposalCanceledEvent.Topic,
    ];

    /// <summary>The proposal that an event is about; null for others.</summary>
    public static BigInteger? ProposalOf(object happened) => happened switch
    {
        MarketplaceGovernor.VoteCastEvent e => e.ProposalId,
        MarketplaceGovernor.ProposalCreatedEvent e => e.ProposalId,
        MarketplaceGovernor.ProposalQueuedEvent e => e.ProposalId,
        MarketplaceGovernor.ProposalExecutedEvent e => e.ProposalId,
        MarketplaceGovernor.ProposalCanceledEvent e => e.ProposalId,
        _ => null,
    };

    /// <summary>What became of all proposals.</summary>
    public static async Task<IReadOnlyList<(LogEntry Log, object Event)>> FindAsync(Market market, BlockHeader head, CancellationToken cancellationToken) =>
        market.Governance is not { } governance ? []
            : [.. Readable(await market.FindLogsAsync([governance.Governor], [OfProposals], head, cancellationToken), ReadStep)];

    /// <summary>
    /// Votes that an account cast, to whom it gave its votes, what it proposed, and what became of that and of what it voted on.
    /// </summary>
    public static async Task<IReadOnlyList<(LogEntry Log, object Event)>> FindOfAsync(
        Market market, Address account, BlockHeader head, CancellationToken cancellationToken)
    {
        if (market.Governance is not { } governance)
            return [];
        var steps = FindAsync(market, head, cancellationToken);
        var cast = market.FindLogsAsync([governance.Governor], MarketplaceGovernor.VoteCastEvent.Filter(voter: account), head, cancellationToken);
        var delegations = market.FindEventsAsync<StorageToken.DelegateChangedEvent>(
            market.Token.Address, StorageToken.DelegateChangedEvent.Filter(delegator: account), head, cancellationToken);
        var votes = Readable(await cast, MarketplaceGovernor.VoteCastEvent.Decode).ToList();
        var own = (await steps).Where(step => step.Event is MarketplaceGovernor.ProposalCreatedEvent created && created.Proposer == account);
        var concern = own.Concat(votes).Select(row => ProposalOf(row.Event)).ToHashSet();
        return
        [
            .. votes, .. own, .. (await delegations).Select(log => (log.Log, (object)log.Event)),
            .. (await steps).Where(step => step.Event is not MarketplaceGovernor.ProposalCreatedEvent && concern.Contains(ProposalOf(step.Event))),
        ];
    }

    /// <summary>Without those whose words are no text.</summary>
    static IEnumerable<(LogEntry Log, object Event)> Readable<T>(IEnumerable<LogEntry> logs, Func<LogEntry, T> read) where T : class
    {
        foreach (var log in logs)
        {
            T happened;
            try
            {
                happened = read(log);
            }
            catch (AbiDecodingException)
            {
                continue;
            }
            yield return (log, happened);
        }
    }

    static object ReadStep(LogEntry log) =>
        log.Topics[0] == MarketplaceGovernor.ProposalCreatedEvent.Topic ? MarketplaceGovernor.ProposalCreatedEvent.Decode(log)
            : log.Topics[0] == MarketplaceGovernor.ProposalQueuedEvent.Topic ? MarketplaceGovernor.ProposalQueuedEvent.Decode(log)
            : log.Topics[0] == MarketplaceGovernor.ProposalExecutedEvent.Topic ? MarketplaceGovernor.ProposalExecutedEvent.Decode(log)
            : MarketplaceGovernor.ProposalCanceledEvent.Decode(log);
}
