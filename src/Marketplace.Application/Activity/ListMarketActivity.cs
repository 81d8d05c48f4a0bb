using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Activity;

/// <summary>
/// Asks for what happened in the whole market, whoever did it: who provides, what is offered and rented, what was missed and slashed, and what the holders
/// decide; the newest first. What happens all the time, such as proofs and payments, is not among it.
/// </summary>
/// <param name="Most">Entries at most; at least 1.</param>
public sealed record ListMarketActivity(int Most) : IRequest<IReadOnlyList<ActivityEntry>>;

/// <inheritdoc cref="ListMarketActivity"/>
public sealed class ListMarketActivityHandler(Market market, BlockTimes times) : IRequestHandler<ListMarketActivity, IReadOnlyList<ActivityEntry>>
{
    static readonly IReadOnlyList<Hash256> Public =
    [
        ProviderRegistry.ProviderRegisteredEvent.Topic, ProviderRegistry.ProviderUpdatedEvent.Topic, ProviderRegistry.EpochsMissedEvent.Topic,
        ListingBook.ListingPublishedEvent.Topic, ListingBook.ListingChangedEvent.Topic, ListingBook.ListingWithdrawnEvent.Topic,
        StorageAgreements.AgreementProposedEvent.Topic, StorageAgreements.AgreementDeclinedEvent.Topic, StorageAgreements.ProposalWithdrawnEvent.Topic,
        StorageAgreements.AgreementExtendedEvent.Topic, StorageAgreements.AgreementTerminatedEvent.Topic,
        StorageAgreements.AgreementVoidedEvent.Topic, StakeVault.StakeSlashedEvent.Topic, DeclaredLosses.LossDeclaredEvent.Topic,
        DeclaredLosses.LossCuredEvent.Topic, DeclaredLosses.LossRestoredEvent.Topic,
    ];

    readonly ActivityLog log = new(market, times);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityEntry>> Handle(ListMarketActivity request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Most, 1);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        IReadOnlyList<Address> contracts = [market.Registry.Address, market.Listings.Address, market.Agreements.Address, market.Stakes.Address, market.Losses.Address];
        var logs = await market.FindLogsAsync(contracts, [Public], head, cancellationToken);
        // Only those are made sense of that are shown.
        var newest = logs.TakeLast(request.Most).Select(entry => (Log: entry, Event: market.Events.Decode(entry))).Where(row => row.Event is not null).Select(row => (row.Log, row.Event!));
        var steps = await GovernanceSteps.FindAsync(market, head, cancellationToken);
        return await log.TellAsync(newest.Concat(steps), request.Most, cancellationToken, new Providers(market, logs).Of);
    }

    /// <summary>Which provider an event is about: it says so itself, or the beginning of its offer or agreement did.</summary>
    sealed class Providers(Market market, IReadOnlyList<LogEntry> logs)
    {
        readonly Dictionary<Hash256, Hash256> ofOffers = Named(logs, ListingBook.ListingPublishedEvent.Topic, place: 2);
        readonly Dictionary<Hash256, Hash256> ofAgreements = Named(logs, StorageAgreements.AgreementProposedEvent.Topic, place: 3);

        /// <summary>Null where it is about none.</summary>
        public Address? Of(LogEntry entry)
        {
            if (entry.Address == market.Listings.Address)
                return AddressIn(ofOffers, entry.Topics[1]);
            if (entry.Address == market.Agreements.Address || entry.Address == market.Losses.Address)
                return AddressIn(ofAgreements, entry.Topics[1]);
            return entry.Address == market.Registry.Address || entry.Address == market.Stakes.Address ? AddressIn(entry.Topics[1]) : null;
        }

        static Dictionary<Hash256, Hash256> Named(IReadOnlyList<LogEntry> logs, Hash256 beginning, int place) =>
            logs.Where(entry => entry.Topics[0] == beginning).ToDictionary(entry => entry.Topics[1], entry => entry.Topics[place]);

        static Address? AddressIn(Dictionary<Hash256, Hash256> known, Hash256 number) => known.TryGetValue(number, out var topic) ? AddressIn(topic) : null;

        static Address AddressIn(Hash256 topic) => new(topic.ToArray().AsSpan(Hash256.Size - Address.Size));
    }
}
