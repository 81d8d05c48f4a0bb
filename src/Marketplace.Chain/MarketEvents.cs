using System.Collections.Frozen;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain;

/// <summary>Reads logs as the market's events. What another contract wrote under the same topic is not the market's event.</summary>
public sealed class MarketEvents
{
    readonly FrozenDictionary<(Address Contract, Hash256 Topic), Func<LogEntry, object>> readers;

    /// <param name="deployment">Whose events.</param>
    public MarketEvents(Deployment deployment)
    {
        var table = new Dictionary<(Address, Hash256), Func<LogEntry, object>>();
        AddRegistry(deployment.ProviderRegistry);
        AddListings(deployment.ListingBook);
        AddAgreements(deployment.StorageAgreements);
        Add<AgreementEscrow.DepositedEvent>(deployment.AgreementEscrow);
        Add<AgreementEscrow.CreditedEvent>(deployment.AgreementEscrow);
        Add<AgreementEscrow.WithdrawnEvent>(deployment.AgreementEscrow);
        Add<PossessionProofs.CheckpointCommittedEvent>(deployment.PossessionProofs);
        Add<PossessionProofs.PossessionProvenEvent>(deployment.PossessionProofs);
        Add<BlockhashBeacon.EpochOpenedEvent>(deployment.RandomnessBeacon);
        Add<BlockhashBeacon.EpochSealedEvent>(deployment.RandomnessBeacon);
        Add<MarketplaceParameters.ParametersChangedEvent>(deployment.MarketplaceParameters);
        readers = table.ToFrozenDictionary();
        Contracts = [.. table.Keys.Select(key => key.Item1).Distinct()];

        void AddRegistry(Address registry)
        {
            Add<ProviderRegistry.ProviderRegisteredEvent>(registry);
            Add<ProviderRegistry.ProviderUpdatedEvent>(registry);
            Add<ProviderRegistry.StakedEvent>(registry);
            Add<ProviderRegistry.UnstakeRequestedEvent>(registry);
            Add<ProviderRegistry.UnstakedEvent>(registry);
            Add<ProviderRegistry.SpaceReservedEvent>(registry);
            Add<ProviderRegistry.SpaceReleasedEvent>(registry);
            Add<ProviderRegistry.EpochProvenEvent>(registry);
            Add<ProviderRegistry.EpochsMissedEvent>(registry);
            Add<ProviderRegistry.ProviderSlashedEvent>(registry);
        }

        void AddListings(Address listings)
        {
            Add<ListingBook.ListingPublishedEvent>(listings);
            Add<ListingBook.ListingChangedEvent>(listings);
            Add<ListingBook.ListingWithdrawnEvent>(listings);
            Add<ListingBook.ListingTakenEvent>(listings);
            Add<ListingBook.ListingReturnedEvent>(listings);
        }

        void AddAgreements(Address agreements)
        {
            Add<StorageAgreements.AgreementProposedEvent>(agreements);
            Add<StorageAgreements.AgreementActivatedEvent>(agreements);
            Add<StorageAgreements.AgreementDeclinedEvent>(agreements);
            Add<StorageAgreements.ProposalWithdrawnEvent>(agreements);
            Add<StorageAgreements.AgreementTerminatedEvent>(agreements);
            Add<StorageAgreements.DataKeyAuthorizedEvent>(agreements);
            Add<StorageAgreements.CycleSettledEvent>(agreements);
            Add<StorageAgreements.AgreementEndedEvent>(agreements);
        }

        void Add<TEvent>(Address contract) where TEvent
            : IContractEvent<TEvent> => table.Add((contract, TEvent.Topic), log => TEvent.Decode(log));
    }

    /// <summary>
    /// The contracts whose events these are: all but the token, whose transfers between strangers are nobody's business here.
    /// </summary>
    public IReadOnlyList<Address> Contracts { get; }

    /// <summary>
    /// The event that the log is, as one of the generated records of <c>Marketplace.Chain.Contracts</c>; null if it is none of the
    /// market's, or if a text in it is not UTF-8, which its sender can bring about: one bad registration must not stop everybody who
    /// follows the chain.
    /// </summary>
    public object? Decode(LogEntry log)
    {
        if (log.Topics.Count == 0 || !readers.TryGetValue((log.Address, log.Topics[0]), out var read))
            return null;
        try
        {
            return read(log);
        }
        catch (AbiDecodingException)
        {
            return null;
        }
    }

    /// <summary>The events among some logs, in their order.</summary>
    public IEnumerable<object> Decode(IEnumerable<LogEntry> logs) => logs.Select(Decode).OfType<object>();
}
