using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Governance;

/// <summary>
/// The market's numbers as they were, by the events that set them: many endpoints do not know the state of old blocks any more.
/// </summary>
sealed class PastParameters
{
    readonly IReadOnlyList<EventLog<MarketplaceParameters.ParametersChangedEvent>> changes;
    readonly Dictionary<BigInteger, LogEntry> executions;

    PastParameters(
        IReadOnlyList<EventLog<MarketplaceParameters.ParametersChangedEvent>> changes, IEnumerable<EventLog<MarketplaceGovernor.ProposalExecutedEvent>> executions) =>
        (this.changes, this.executions) = (changes, executions.ToDictionary(log => log.Event.ProposalId, log => log.Log));

    public static async Task<PastParameters> ReadAsync(Market market, GovernanceClient governance, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        return new PastParameters(
            await market.FindEventsAsync<MarketplaceParameters.ParametersChangedEvent>(
                market.Parameters.Address, MarketplaceParameters.ParametersChangedEvent.Filter(), head, cancellationToken),
            await market.FindEventsAsync<MarketplaceGovernor.ProposalExecutedEvent>(
                governance.Governor, MarketplaceGovernor.ProposalExecutedEvent.Filter(), head, cancellationToken));
    }

    /// <summary>Before the transaction that executed a proposal; of one that never was executed, when it was proposed. Null where no event tells.</summary>
    public MarketParameters? FindBefore(Proposal proposal)
    {
        var execution = executions.GetValueOrDefault(proposal.Id.Number);
        var before = changes.LastOrDefault(change => execution is null
            ? change.Log.BlockNumber <= proposal.ProposedIn
            : (change.Log.BlockNumber, change.Log.TransactionIndex).CompareTo((execution.BlockNumber, execution.TransactionIndex)) < 0);
        return before is null ? null : GovernanceClient.ReadParameters(before.Event);
    }
}
