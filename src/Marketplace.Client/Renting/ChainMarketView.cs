using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Registry;
using Marketplace.Client.Content;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Checkpoint = Marketplace.Core.SumTree.Checkpoint;

namespace Marketplace.Client.Renting;

/// <summary>The market as its contracts show it now.</summary>
/// <param name="market">The contracts.</param>
public sealed class ChainMarketView(Market market) : IMarketView
{
    /// <inheritdoc/>
    public async Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => (await market.Client.GetHeadAsync(cancellationToken)).Timestamp;

    /// <inheritdoc/>
    public async Task<Epoch> GetEpochAsync(CancellationToken cancellationToken) => market.Clock.EpochAt(await GetTimeAsync(cancellationToken));

    /// <inheritdoc/>
    public async Task<ProviderProfile?> FindProviderAsync(Address provider, CancellationToken cancellationToken)
    {
        if (await FindInfoAsync(provider, cancellationToken) is not { Particulars: var particulars })
            return null;
        return ToEndpoint(provider, particulars) is { } endpoint ? new ProviderProfile(endpoint, particulars.Region) : null;
    }

    /// <inheritdoc/>
    public async Task<MarketAgreement?> FindAgreementAsync(AgreementId agreement, CancellationToken cancellationToken) =>
        await market.Agreements.FindAsync(agreement, default, cancellationToken) is { } info
            ? ToAgreement(info, await GetEpochAsync(cancellationToken))
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AgreementId>> FindAgreementsAsync(Address dataKey, CancellationToken cancellationToken) =>
        await FindAgreementsAsync(dataKey, 0, await market.Client.GetBlockNumberAsync(cancellationToken), cancellationToken);

    /// <summary>The agreements that were given this data key in a range of blocks, both ends included.</summary>
    public async Task<IReadOnlyList<AgreementId>> FindAgreementsAsync(Address dataKey, ulong from, ulong to, CancellationToken cancellationToken)
    {
        var events = await market.Client.GetEventsAsync<StorageAgreements.DataKeyAuthorizedEvent>(
            market.Agreements.Address, Math.Max(from, market.Deployment.DeployBlock), to,
            StorageAgreements.DataKeyAuthorizedEvent.Filter(dataKey: dataKey), cancellationToken);
        return [.. events.Select(log => log.Event.Agreement).Distinct().Order()];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<AgreementId, TokenAmount>> GetReadingPricesAsync(
        IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken) =>
        (await market.Agreements.GetManyAsync(agreements, default, cancellationToken))
            .ToDictionary(agreement => agreement.Id, agreement => agreement.EgressPrice);

    /// <inheritdoc/>
    public async Task<CommittedCheckpoint?> FindCheckpointAsync(Address provider, CancellationToken cancellationToken) =>
        await market.Proofs.FindCheckpointAsync(provider, default, cancellationToken) is { Checkpoint: var newest } committed
            ? new CommittedCheckpoint(new Checkpoint(newest.Root.ToDigest(), newest.Leaves, newest.Agreements), committed.CommittedIn)
            : null;

    /// <summary>All offers that are open to a consumer, with what the chain knows of their providers. Providers whose registration makes no
    /// sense are left out.</summary>
    /// <param name="consumer">Whose wallet would rent; null for the offers that everybody can take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ProviderOffer>> GetOffersAsync(Address? consumer, CancellationToken cancellationToken)
    {
        var listings = new List<Chain.Listings.ListingInfo>();
        await foreach (var listing in market.Listings.ListAsync(default, cancellationToken))
            listings.Add(listing);
        return await GetOffersAsync(listings, consumer, cancellationToken);
    }

    /// <summary>As <see cref="GetOffersAsync(Address?, CancellationToken)"/>, of these listings only: of them, those that are open to the consumer.</summary>
    public async Task<IReadOnlyList<ProviderOffer>> GetOffersAsync(
        IReadOnlyList<Chain.Listings.ListingInfo> among, Address? consumer, CancellationToken cancellationToken)
    {
        var listings = among.Where(listing => !listing.IsWithdrawn && listing.Terms.Available.Value > 0
            && (listing.Terms.OnlyFor is not { } only || only == consumer)).ToList();
        var owners = listings.Select(listing => listing.Provider).Distinct().ToList();
        var infos = market.Registry.FindManyAsync(owners, default, cancellationToken);
        var stakes = market.Stakes.GetManyAsync(owners, default, cancellationToken);
        var records = market.Registry.GetTrackRecordsAsync(owners, default, cancellationToken);
        var parameters = market.Parameters.GetAsync(default, cancellationToken);
        await Task.WhenAll(infos, stakes, records, parameters);
        var rules = await parameters;
        var known = new Dictionary<Address, KnownProvider>();
        for (var i = 0; i < owners.Count; i++)
            if ((await infos)[i] is { Particulars: var particulars } && ToEndpoint(owners[i], particulars) is { } endpoint)
                known.Add(owners[i], new KnownProvider(
                    endpoint, particulars.Region, (await stakes)[i].CoverWith(rules.MinSelfStakeBps), (await stakes)[i].RoomWith(rules), (await stakes)[i].Reserved, (await records)[i]));
        return [.. listings.Where(listing => known.ContainsKey(listing.Provider)).OrderBy(listing => listing.Id)
            .Select(listing => known[listing.Provider].Offer(listing))];
    }

    /// <summary>What the chain knows of a provider, whatever it offers.</summary>
    sealed record KnownProvider(ProviderEndpoint Endpoint, string Region, TokenAmount Cover, GiB? Room, GiB Reserved, ProviderTrackRecord Record)
    {
        public ProviderOffer Offer(Chain.Listings.ListingInfo listing) => new(
            listing.Id, Endpoint, listing.Terms.Price, listing.Terms.Available, listing.Terms.MinTerm, listing.Terms.MaxTerm,
            listing.Terms.AutoAccept, Region, Record.Proven, Record.Missed, Cover, Reserved, listing.Terms.EgressPrice, Room);
    }

    static ProviderEndpoint? ToEndpoint(Address provider, ProviderParticulars particulars) =>
        ProviderEndpoint.TryCreate(provider, particulars.Operator, particulars.Endpoint, particulars.TlsKeyHash);

    async Task<ProviderInfo?> FindInfoAsync(Address provider, CancellationToken cancellationToken)
    {
        try
        {
            return await market.Registry.FindAsync(provider, default, cancellationToken);
        }
        catch (AbiDecodingException)
        {
            // Anybody can register texts that are none; such a provider cannot be reached.
            return null;
        }
    }

    static MarketAgreement ToAgreement(AgreementInfo info, Epoch epoch) =>
        new(info.Id, info.Provider, info.DataKey, info.Space, info.End, info.BindsIn(epoch),
            info.State == AgreementState.Active && epoch.Value < info.End.Value);
}
