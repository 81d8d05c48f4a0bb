using System.Numerics;
using Marketplace.Application.Governance;
using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Activity;

/// <summary>Makes entries of what was found in the chain's logs.</summary>
/// <param name="market">The market.</param>
/// <param name="times">When blocks were made.</param>
sealed class ActivityLog(Market market, BlockTimes times)
{
    /// <summary>The newest first, with their times and what they are about; what is in no block any more is left out.</summary>
    /// <param name="found">Logs with their events.</param>
    /// <param name="most">Entries at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="providerOf">Which provider a log is about; null where that is not told.</param>
    public async Task<IReadOnlyList<ActivityEntry>> TellAsync(
        IEnumerable<(LogEntry Log, object Event)> found, int most, CancellationToken cancellationToken, Func<LogEntry, Address?>? providerOf = null)
    {
        var newest = found.OrderByDescending(row => row.Log.BlockNumber).ThenByDescending(row => row.Log.LogIndex).Take(most).ToList();
        var when = await times.FindAsync(newest.Select(row => row.Log.BlockHash), cancellationToken);
        var proposals = newest.Any(row => GovernanceSteps.ProposalOf(row.Event) is not null) ? await FindProposalsAsync(cancellationToken) : [];
        return
        [
            .. newest.Where(row => when.ContainsKey(row.Log.BlockHash)).Select(row =>
            {
                var proposal = GovernanceSteps.ProposalOf(row.Event) is { } number ? proposals.GetValueOrDefault(number) : null;
                return new ActivityEntry(when[row.Log.BlockHash], row.Event, row.Log.TransactionHash, row.Log.LogIndex)
                {
                    Title = proposal?.Content is { } content ? ProposalWords.Of(content.Description).Title : null, Proposal = proposal?.Id, Provider = providerOf?.Invoke(row.Log),
                };
            }),
        ];
    }

    async Task<Dictionary<BigInteger, Proposal>> FindProposalsAsync(CancellationToken cancellationToken) =>
        (await market.Governance!.ListAsync(cancellationToken)).ToDictionary(proposal => proposal.Id.Number);
}
