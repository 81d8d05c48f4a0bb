using Marketplace.Application.Agreements;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Listings;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Stakes;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks for all that the chain knows of a provider; null when it is not registered, or registered what makes no sense.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Epochs">Of how many epochs up to this one the proofs are wanted; 1 to 366.</param>
public sealed record DescribeProvider(Address Provider, int Epochs) : IRequest<ProviderDescription?>;

/// <summary>A provider at the newest block.</summary>
/// <param name="Info">What it says about itself.</param>
/// <param name="Record">How it did.</param>
/// <param name="Stake">What lies behind it.</param>
/// <param name="Commission">What it keeps of its delegators' earnings.</param>
/// <param name="Listings">Its offers, the newest first; withdrawn ones, too.</param>
/// <param name="Proofs">The newest epochs, the oldest first.</param>
public sealed record ProviderDescription(
    ProviderInfo Info, ProviderTrackRecord Record, ProviderStake Stake, ProviderCommission Commission, IReadOnlyList<ListingInfo> Listings,
    IReadOnlyList<ProviderEpoch> Proofs);

/// <inheritdoc cref="DescribeProvider"/>
public sealed class DescribeProviderHandler(Market market, ProviderAgreements agreements) : IRequestHandler<DescribeProvider, ProviderDescription?>
{
    const int MostEpochs = 366;

    /// <inheritdoc/>
    public async Task<ProviderDescription?> Handle(DescribeProvider request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Epochs, MostEpochs);
        if (await FindAsync(request.Provider, cancellationToken) is not { } info)
            return null;
        var record = market.Registry.GetTrackRecordAsync(request.Provider, cancellationToken: cancellationToken);
        var stake = market.Stakes.GetAsync(request.Provider, cancellationToken: cancellationToken);
        var commission = market.Stakes.GetCommissionAsync(request.Provider, cancellationToken: cancellationToken);
        var proofs = new ProviderEpochs(market, agreements).ReadAsync(info, request.Epochs, cancellationToken);
        var listings = ReadListingsAsync(request.Provider, cancellationToken);
        return new ProviderDescription(info, await record, await stake, await commission, await listings, await proofs);
    }

    /// <summary>Who published what never changes, and is read once for all providers.</summary>
    async Task<IReadOnlyList<ListingInfo>> ReadListingsAsync(Address provider, CancellationToken cancellationToken)
    {
        var published = await market.FindEventsAsync<ListingBook.ListingPublishedEvent>(
            market.Listings.Address, ListingBook.ListingPublishedEvent.Filter(), await market.Client.GetHeadAsync(cancellationToken), cancellationToken);
        var own = published.Where(log => log.Event.Provider == provider).Select(log => log.Event.Listing).OrderDescending();
        return await market.Listings.GetManyAsync([.. own], default, cancellationToken);
    }

    async Task<ProviderInfo?> FindAsync(Address provider, CancellationToken cancellationToken)
    {
        try
        {
            return await market.Registry.FindAsync(provider, default, cancellationToken);
        }
        catch (AbiDecodingException)
        {
            // Anybody can register texts that are none.
            return null;
        }
    }
}
