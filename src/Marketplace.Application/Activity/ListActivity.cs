using System.Numerics;
using Marketplace.Application.Governance;
using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Activity;

/// <summary>Asks for what an account did in the market, and what happened to it; the newest first.</summary>
/// <param name="Account">Consumer, provider's owner or holder.</param>
/// <param name="Most">Entries at most; at least 1.</param>
public sealed record ListActivity(Address Account, int Most) : IRequest<IReadOnlyList<ActivityEntry>>;

/// <summary>One event that names the account, or an agreement or offer of it.</summary>
/// <param name="Time">Of its block.</param>
/// <param name="Event">One of the generated records of <c>Marketplace.Chain.Contracts</c>.</param>
/// <param name="Transaction">What brought it about.</param>
/// <param name="LogIndex">Its place in the block.</param>
public sealed record ActivityEntry(DateTimeOffset Time, object Event, Hash256 Transaction, ulong LogIndex)
{
    /// <summary>Of the proposal that was voted on, in its proposer's words; null for anything else, or where it cannot be read.</summary>
    public string? Title { get; init; }
}

/// <inheritdoc cref="ListActivity"/>
public sealed class ListActivityHandler(Market market, BlockTimes times) : IRequestHandler<ListActivity, IReadOnlyList<ActivityEntry>>
{
    /// <summary>An event has at most three topics beside its own.</summary>
    const int NamedTopics = 3;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityEntry>> Handle(ListActivity request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Most, 1);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var named = await Task.WhenAll(Enumerable.Range(1, NamedTopics).Select(place => FindAsync(request.Account, place, head, cancellationToken)));
        var own = named.SelectMany(logs => logs).DistinctBy(log => (log.BlockHash, log.LogIndex)).ToList();
        var told = own.Concat(await NamedLater.FindAsync(market, own, head, cancellationToken)).DistinctBy(log => (log.BlockHash, log.LogIndex))
            .Select(log => (Log: log, Event: market.Events.Decode(log)));
        var votes = await NamedLater.FindVotesAsync(market, request.Account, head, cancellationToken);
        var newest = told.Concat(votes).Where(row => row.Event is not null)
            .OrderByDescending(row => row.Log.BlockNumber).ThenByDescending(row => row.Log.LogIndex).Take(request.Most).ToList();
        var when = await times.FindAsync(newest.Select(row => row.Log.BlockHash), cancellationToken);
        var titles = newest.Any(row => row.Event is MarketplaceGovernor.VoteCastEvent) ? await FindTitlesAsync(cancellationToken) : [];
        return
        [
            .. newest.Where(row => when.ContainsKey(row.Log.BlockHash))
                .Select(row => new ActivityEntry(when[row.Log.BlockHash], row.Event!, row.Log.TransactionHash, row.Log.LogIndex)
                {
                    Title = row.Event is MarketplaceGovernor.VoteCastEvent vote ? titles.GetValueOrDefault(vote.ProposalId) : null,
                }),
        ];
    }

    async Task<Dictionary<BigInteger, string>> FindTitlesAsync(CancellationToken cancellationToken) =>
        (await market.Governance!.ListAsync(cancellationToken)).Where(proposal => proposal.Content is not null)
            .ToDictionary(proposal => proposal.Id.Number, proposal => ProposalWords.Of(proposal.Content!.Description).Title);

    Task<IReadOnlyList<LogEntry>> FindAsync(Address account, int place, BlockHeader head, CancellationToken cancellationToken)
    {
        // Addresses stand in topics with zeros before them.
        var padded = new byte[Hash256.Size];
        account.CopyTo(padded.AsSpan(Hash256.Size - Address.Size));
        var topics = new IReadOnlyList<Hash256>?[place + 1];
        topics[place] = [new Hash256(padded)];
        return market.FindLogsAsync(market.Events.Contracts, topics, head, cancellationToken);
    }
}
