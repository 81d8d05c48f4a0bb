using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Activity;

/// <summary>Asks for what an account did in the market, and what happened to it; the newest first.</summary>
/// <param name="Account">Consumer, provider's owner or holder.</param>
/// <param name="Most">Entries at most; at least 1.</param>
public sealed record ListActivity(Address Account, int Most) : IRequest<IReadOnlyList<ActivityEntry>>;

/// <inheritdoc cref="ListActivity"/>
public sealed class ListActivityHandler(Market market, BlockTimes times) : IRequestHandler<ListActivity, IReadOnlyList<ActivityEntry>>
{
    /// <summary>An event has at most three topics beside its own.</summary>
    const int NamedTopics = 3;

    readonly ActivityLog log = new(market, times);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityEntry>> Handle(ListActivity request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Most, 1);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var named = await Task.WhenAll(Enumerable.Range(1, NamedTopics).Select(place => FindAsync(request.Account, place, head, cancellationToken)));
        var own = named.SelectMany(logs => logs).DistinctBy(entry => (entry.BlockHash, entry.LogIndex)).ToList();
        var told = own.Concat(await NamedLater.FindAsync(market, own, head, cancellationToken)).DistinctBy(entry => (entry.BlockHash, entry.LogIndex))
            .Select(entry => (Log: entry, Event: market.Events.Decode(entry)));
        var votes = await GovernanceSteps.FindOfAsync(market, request.Account, head, cancellationToken);
        return await log.TellAsync(told.Where(row => row.Event is not null).Select(row => (row.Log, row.Event!)).Concat(votes), request.Most, cancellationToken);
    }

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
