using Marketplace.Chain;
using Marketplace.Chain.Listings;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Live;

/// <summary>What is on offer at a block.</summary>
/// <param name="Block">The block.</param>
/// <param name="Offers">Open to everybody, with what the chain knows of their providers; by listing.</param>
/// <param name="LongestTerm">Epochs that no agreement runs for longer than, whatever is offered; as of the epoch's beginning.</param>
public sealed record MarketSnapshot(ulong Block, IReadOnlyList<ProviderOffer> Offers, ulong LongestTerm);

/// <summary>
/// Keeps what is on offer for all open pages: read once, and then what a block changed of it: listings, and providers with their stakes. So a block costs
/// little, however many providers there are. All of it is read anew with each epoch, should the chain have replaced a block meanwhile.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="pulse">Tells new blocks.</param>
public sealed class MarketBoard(Market market, MarketPulse pulse)
{
    /// <summary>Where more happened, all is read.</summary>
    const int MostLogs = 1_000;

    readonly ChainMarketView view = new(market);
    readonly Dictionary<ListingId, ListingInfo> listings = [];
    Epoch? readIn;

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<MarketSnapshot> Snapshots { get; } = new();

    /// <summary>Follows the chain until cancelled. What cannot be read is read with the next block.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var moment in pulse.Moments.WatchAsync(cancellationToken))
        {
            try
            {
                if (moment.AwaySince is null && await ReadAsync(moment, cancellationToken) is { } newer)
                    Snapshots.Publish(newer);
            }
            catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException or ContractErrorException)
            {
                // The pulse says when the endpoint is away; an offer of a block that was replaced is none.
                readIn = null;
            }
        }
    }

    /// <summary>Null where nothing changed.</summary>
    async Task<MarketSnapshot?> ReadAsync(ChainMoment moment, CancellationToken cancellationToken)
    {
        if (Snapshots.Latest is not { } known || readIn != moment.Epoch || moment.Block < known.Block)
            return await ReadAllAsync(moment, cancellationToken);
        if (moment.Block == known.Block)
            return null;
        var logs = await market.Client.GetLogsAsync(new LogFilter
        {
            FromBlock = known.Block + 1,
            ToBlock = moment.Block,
            Addresses = [market.Listings.Address, market.Registry.Address, market.Stakes.Address],
        }, cancellationToken);
        return logs.Count switch
        {
            0 => null,
            > MostLogs => await ReadAllAsync(moment, cancellationToken),
            _ => await ReadChangesAsync(known, moment, logs, cancellationToken),
        };
    }

    async Task<MarketSnapshot> ReadAllAsync(ChainMoment moment, CancellationToken cancellationToken)
    {
        listings.Clear();
        await foreach (var listing in market.Listings.ListAsync(default, cancellationToken))
            listings.Add(listing.Id, listing);
        var offers = await view.GetOffersAsync([.. listings.Values], consumer: null, cancellationToken);
        var longest = (await market.Parameters.GetAsync(cancellationToken: cancellationToken)).LongestTerm;
        readIn = moment.Epoch;
        return new MarketSnapshot(moment.Block, offers, longest);
    }

    async Task<MarketSnapshot> ReadChangesAsync(MarketSnapshot known, ChainMoment moment, IReadOnlyList<LogEntry> logs, CancellationToken cancellationToken)
    {
        // The first topic after the event's own is the listing, or else the provider; what is neither is nobody's that is known.
        var named = logs.Where(log => log.Topics.Count > 1).ToList();
        var changed = named.Where(log => log.Address == market.Listings.Address)
            .Select(log => EventTopics.Read(log.Topics[1], static (ref AbiReader reader) => reader.ReadUInt128(128))).Distinct()
            .Select(number => new ListingId(number)).ToList();
        foreach (var listing in await market.Listings.GetManyAsync(changed, default, cancellationToken))
            listings[listing.Id] = listing;
        var owners = named.Where(log => log.Address != market.Listings.Address).Select(log => AddressIn(log.Topics[1]))
            .Concat(changed.Select(id => listings[id].Provider)).ToHashSet();
        var offers = await view.GetOffersAsync([.. listings.Values.Where(listing => owners.Contains(listing.Provider))], consumer: null, cancellationToken);
        return known with
        {
            Block = moment.Block,
            Offers = [.. known.Offers.Where(offer => !owners.Contains(offer.Endpoint.Provider)).Concat(offers).OrderBy(offer => offer.Listing)],
        };
    }

    static Address AddressIn(Hash256 topic) => new(topic.ToArray().AsSpan(Hash256.Size - Address.Size));
}
