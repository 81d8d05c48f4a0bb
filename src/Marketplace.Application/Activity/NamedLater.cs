using Marketplace.Application.Objects;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Activity;

/// <summary>
/// Finds events that concern an account and do not name it: what became of agreements and offers, which name those by their numbers alone. They are read once
/// for all accounts.
/// </summary>
static class NamedLater
{
    static readonly IReadOnlyList<Hash256> OfAgreements =
    [
        StorageAgreements.AgreementActivatedEvent.Topic, StorageAgreements.AgreementDeclinedEvent.Topic, StorageAgreements.ProposalWithdrawnEvent.Topic,
        StorageAgreements.AgreementExtendedEvent.Topic, StorageAgreements.AgreementTerminatedEvent.Topic, StorageAgreements.AgreementEndedEvent.Topic,
        StorageAgreements.AgreementVoidedEvent.Topic,
    ];

    static readonly IReadOnlyList<Hash256> OfOffers = [ListingBook.ListingChangedEvent.Topic, ListingBook.ListingWithdrawnEvent.Topic];

    /// <summary>A declared loss names its provider too, and is found a second time then.</summary>
    /// <param name="market">The market.</param>
    /// <param name="named">Logs that name the account.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<LogEntry>> FindAsync(Market market, IReadOnlyList<LogEntry> named, BlockHeader head, CancellationToken cancellationToken)
    {
        var opened = named.Where(log => Is(log, market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Topic))
            .ToDictionary(log => log.Topics[1], log => log.TransactionHash);
        var published = named.Where(log => Is(log, market.Listings.Address, ListingBook.ListingPublishedEvent.Topic)).Select(log => log.Topics[1]).ToHashSet();
        var agreements = opened.Count == 0 ? [] : await market.FindLogsAsync([market.Agreements.Address], [OfAgreements], head, cancellationToken);
        var losses = opened.Count == 0 ? [] : await market.FindLogsAsync([market.Losses.Address], [OpenLosses.Topics], head, cancellationToken);
        var offers = published.Count == 0 ? [] : await market.FindLogsAsync([market.Listings.Address], [OfOffers], head, cancellationToken);
        return
        [
            // What is accepted at once is told by its opening.
            .. agreements.Where(log => opened.TryGetValue(log.Topics[1], out var opening)
                && (log.Topics[0] != StorageAgreements.AgreementActivatedEvent.Topic || log.TransactionHash != opening)),
            .. losses.Where(log => opened.ContainsKey(log.Topics[1])),
            .. offers.Where(log => published.Contains(log.Topics[1])),
        ];
    }

    static bool Is(LogEntry log, Address contract, Hash256 topic) => log.Address == contract && log.Topics[0] == topic;
}
