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
        var table = new EventTable();
        AddParameters(table, deployment);
        AddProviders(table, deployment.ProviderRegistry);
        AddStakes(table, deployment.StakeVault);
        AddListings(table, deployment.ListingBook);
        AddAgreements(table, deployment.StorageAgreements);
        AddDisputes(table, deployment);
        AddMoney(table, deployment);
        readers = table.ToFrozenDictionary();
        Contracts = [.. table.Keys.Select(key => key.Contract).Distinct()];
    }

    static void AddParameters(EventTable table, Deployment at)
    {
        table.Add<BlockhashBeacon.EpochOpenedEvent>(at.RandomnessBeacon);
        table.Add<BlockhashBeacon.EpochSealedEvent>(at.RandomnessBeacon);
        table.Add<DrandBeacon.EpochSealedByRoundEvent>(at.RandomnessBeacon);
        table.Add<MarketplaceParameters.ParametersChangedEvent>(at.MarketplaceParameters);
        table.Add<MarketplaceParameters.GuardianChangedEvent>(at.MarketplaceParameters);
        table.Add<MarketplaceParameters.PauseBeganEvent>(at.MarketplaceParameters);
        table.Add<MarketplaceParameters.PauseEndedEvent>(at.MarketplaceParameters);
        table.Add<PossessionProofs.CheckpointCommittedEvent>(at.PossessionProofs);
        table.Add<PossessionProofs.PossessionProvenEvent>(at.PossessionProofs);
    }

    static void AddProviders(EventTable table, Address registry)
    {
        table.Add<ProviderRegistry.ProviderRegisteredEvent>(registry);
        table.Add<ProviderRegistry.ProviderUpdatedEvent>(registry);
        table.Add<ProviderRegistry.SpaceReservedEvent>(registry);
        table.Add<ProviderRegistry.SpaceReleasedEvent>(registry);
        table.Add<ProviderRegistry.EpochProvenEvent>(registry);
        table.Add<ProviderRegistry.EpochsMissedEvent>(registry);
        table.Add<ProviderRegistry.ObligationShortenedEvent>(registry);
        table.Add<ProviderRegistry.ProviderSlashedEvent>(registry);
    }

    static void AddStakes(EventTable table, Address stakes)
    {
        table.Add<StakeVault.StakedEvent>(stakes);
        table.Add<StakeVault.UnstakeRequestedEvent>(stakes);
        table.Add<StakeVault.UnstakedEvent>(stakes);
        table.Add<StakeVault.StakeSlashedEvent>(stakes);
        table.Add<StakeVault.RemainderKeptEvent>(stakes);
        table.Add<StakeVault.SweptEvent>(stakes);
        table.Add<StakeVault.CommissionSetEvent>(stakes);
        table.Add<StakeVault.DelegatedEvent>(stakes);
        table.Add<StakeVault.UndelegateRequestedEvent>(stakes);
        table.Add<StakeVault.HoldShortenedEvent>(stakes);
        table.Add<StakeVault.UndelegatedEvent>(stakes);
        table.Add<StakeVault.EarningsAddedEvent>(stakes);
        table.Add<StakeVault.EarningsOrphanedEvent>(stakes);
        table.Add<StakeVault.PoolWipedOutEvent>(stakes);
        table.Add<StakeVault.PositionAddedEvent>(stakes);
        table.Add<StakeVault.PositionEndedEvent>(stakes);
        table.Add<StakeVault.CompensationAwardedEvent>(stakes);
        table.Add<StakeVault.CompensationRoundedOffEvent>(stakes);
        table.Add<StakeVault.CompensationPaidEvent>(stakes);
    }

    static void AddListings(EventTable table, Address listings)
    {
        table.Add<ListingBook.ListingPublishedEvent>(listings);
        table.Add<ListingBook.ListingChangedEvent>(listings);
        table.Add<ListingBook.ListingWithdrawnEvent>(listings);
        table.Add<ListingBook.ListingTakenEvent>(listings);
        table.Add<ListingBook.ListingReturnedEvent>(listings);
    }

    static void AddAgreements(EventTable table, Address agreements)
    {
        table.Add<StorageAgreements.AgreementProposedEvent>(agreements);
        table.Add<StorageAgreements.AgreementActivatedEvent>(agreements);
        table.Add<StorageAgreements.AgreementDeclinedEvent>(agreements);
        table.Add<StorageAgreements.ProposalWithdrawnEvent>(agreements);
        table.Add<StorageAgreements.AgreementExtendedEvent>(agreements);
        table.Add<StorageAgreements.AgreementTerminatedEvent>(agreements);
        table.Add<StorageAgreements.DataKeyAuthorizedEvent>(agreements);
        table.Add<StorageAgreements.CycleSettledEvent>(agreements);
        table.Add<StorageAgreements.AgreementEndedEvent>(agreements);
        table.Add<StorageAgreements.AgreementVoidedEvent>(agreements);
    }

    static void AddDisputes(EventTable table, Deployment at)
    {
        table.Add<DeclaredLosses.LossDeclaredEvent>(at.DeclaredLosses);
        table.Add<DeclaredLosses.LossCuredEvent>(at.DeclaredLosses);
        table.Add<DeclaredLosses.LossRestoredEvent>(at.DeclaredLosses);
        table.Add<StorageAudits.AuditDemandedEvent>(at.StorageAudits);
        table.Add<StorageAudits.AuditAnsweredEvent>(at.StorageAudits);
        table.Add<StorageAudits.AuditSupersededEvent>(at.StorageAudits);
        table.Add<StorageAudits.AuditFailedEvent>(at.StorageAudits);
    }

    static void AddMoney(EventTable table, Deployment at)
    {
        table.Add<AgreementEscrow.DepositedEvent>(at.AgreementEscrow);
        table.Add<AgreementEscrow.CreditedEvent>(at.AgreementEscrow);
        table.Add<AgreementEscrow.WithdrawnEvent>(at.AgreementEscrow);
        table.Add<EgressVouchers.EgressDepositedEvent>(at.EgressVouchers);
        table.Add<EgressVouchers.VoucherRedeemedEvent>(at.EgressVouchers);
        table.Add<EgressVouchers.EgressReclaimedEvent>(at.EgressVouchers);
    }

    /// <summary>
    /// The contracts whose events these are: all but the token, whose transfers between strangers are nobody's business here, and those by
    /// which its holders decide.
    /// </summary>
    public IReadOnlyList<Address> Contracts { get; }

    /// <summary>Whose events of which topics are read.</summary>
    internal IEnumerable<(Address Contract, Hash256 Topic)> Known => readers.Keys;

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

    sealed class EventTable : Dictionary<(Address Contract, Hash256 Topic), Func<LogEntry, object>>
    {
        public void Add<TEvent>(Address contract) where TEvent : IContractEvent<TEvent> =>
            Add((contract, TEvent.Topic), log => TEvent.Decode(log));
    }
}
