using Marketplace.Chain;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Live;

/// <summary>What is on offer at a block.</summary>
/// <param name="Block">The block.</param>
/// <param name="Offers">Open to everybody, with what the chain knows of their providers; by listing.</param>
public sealed record MarketSnapshot(ulong Block, IReadOnlyList<ProviderOffer> Offers);

/// <summary>
/// Keeps what is on offer for all open pages: read once, and anew only when a block changed listings, providers or stakes. Pages have it at once, however
/// many providers there are.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="pulse">Tells new blocks.</param>
public sealed class MarketBoard(Market market, MarketPulse pulse)
{
    readonly ChainMarketView view = new(market);

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<MarketSnapshot> Snapshots { get; } = new();

    /// <summary>Follows the chain until cancelled. What cannot be read is read with the next block.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var moment in pulse.Moments.WatchAsync(cancellationToken))
        {
            try
            {
                if (moment.AwaySince is null && await HasChangedAsync(moment.Block, cancellationToken))
                    Snapshots.Publish(new MarketSnapshot(moment.Block, await view.GetOffersAsync(consumer: null, cancellationToken)));
            }
            catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException)
            {
                // The pulse says when the endpoint is away.
            }
        }
    }

    async Task<bool> HasChangedAsync(ulong block, CancellationToken cancellationToken)
    {
        if (Snapshots.Latest is not { } known || block <= known.Block)
            return Snapshots.Latest is null || block < Snapshots.Latest.Block;
        var filter = new LogFilter
        {
            FromBlock = known.Block + 1,
            ToBlock = block,
            Addresses = [market.Listings.Address, market.Registry.Address, market.Stakes.Address],
        };
        return (await market.Client.GetLogsAsync(filter, cancellationToken)).Count > 0;
    }
}
