using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Egress;
using Marketplace.Chain.Escrow;
using Marketplace.Chain.Governance;
using Marketplace.Chain.History;
using Marketplace.Chain.Listings;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Parameters;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Stakes;
using Marketplace.Chain.Token;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain;

/// <summary>
/// One deployed market behind one endpoint. The parts read the chain, at the newest block or at one that is named, and make the
/// transactions that a sender or an outbox sends; refusals of the contracts are <see cref="Ethereum.Contracts.ContractErrorException"/>s,
/// for which <see cref="MarketErrorMessages"/> has the words. Check a deployment once with <see cref="DeploymentVerifier"/> before money is
/// moved.
/// </summary>
public sealed class Market
{
    /// <param name="connection">The endpoint.</param>
    /// <param name="deployment">Where the market lives.</param>
    public Market(IRpcConnection connection, Deployment deployment)
    {
        Client = new EthereumClient(connection, ContractErrors.Decoder);
        Deployment = deployment;
        History = new ChainHistory(Client);
        Token = new TokenClient(Client, deployment.StorageToken, deployment.ChainId);
        Parameters = new ParametersClient(Client, deployment.MarketplaceParameters);
        Beacon = new BeaconClient(Client, deployment.RandomnessBeacon);
        Registry = new RegistryClient(Client, deployment.ProviderRegistry, deployment.DeployBlock);
        Stakes = new StakesClient(Client, deployment.StakeVault);
        Listings = new ListingsClient(Client, deployment.ListingBook);
        Escrow = new EscrowClient(Client, deployment.AgreementEscrow, deployment.StorageAgreements);
        Agreements = new AgreementsClient(Client, deployment.StorageAgreements);
        Proofs = new ProofsClient(Client, deployment.PossessionProofs);
        Losses = new LossesClient(Client, deployment.DeclaredLosses);
        Audits = new AuditsClient(Client, deployment.StorageAudits);
        Egress = new EgressClient(Client, deployment.EgressVouchers);
        Governance = deployment is { MarketplaceGovernor: { } governor, MarketplaceTimelock: { } timelock }
            ? new GovernanceClient(Client, History, governor, timelock, Token, deployment.DeployBlock) : null;
        Events = new MarketEvents(deployment);
    }

    /// <summary>The endpoint; it knows the market's errors.</summary>
    public EthereumClient Client { get; }

    /// <summary>Where the market lives.</summary>
    public Deployment Deployment { get; }

    /// <summary>What was read of the chain's logs, and grows with it.</summary>
    public ChainHistory History { get; }

    /// <summary>The market's clock.</summary>
    public EpochClock Clock => Deployment.Clock;

    /// <summary>The means of payment.</summary>
    public TokenClient Token { get; }

    /// <summary>The numbers that govern the market.</summary>
    public ParametersClient Parameters { get; }

    /// <summary>The epochs' seeds.</summary>
    public BeaconClient Beacon { get; }

    /// <summary>Providers, and how well they do.</summary>
    public RegistryClient Registry { get; }

    /// <summary>What lies behind providers, and what consumers get of slashes.</summary>
    public StakesClient Stakes { get; }

    /// <summary>Offers.</summary>
    public ListingsClient Listings { get; }

    /// <summary>Deposits and credits.</summary>
    public EscrowClient Escrow { get; }

    /// <summary>Rentals.</summary>
    public AgreementsClient Agreements { get; }

    /// <summary>Checkpoints and proofs.</summary>
    public ProofsClient Proofs { get; }

    /// <summary>What providers say they lost.</summary>
    public LossesClient Losses { get; }

    /// <summary>Challenges on demand.</summary>
    public AuditsClient Audits { get; }

    /// <summary>Payment for reading.</summary>
    public EgressClient Egress { get; }

    /// <summary>What the token's holders decide; null where somebody else does, as on a development chain.</summary>
    public GovernanceClient? Governance { get; }

    /// <summary>Reads the market's logs.</summary>
    public MarketEvents Events { get; }

    /// <summary>All events of a kind, from the market's first block on. They are remembered: asked again, only the newest blocks are read.</summary>
    /// <param name="contract">Which of its contracts logged them.</param>
    /// <param name="filter">What has to be in their topics: of the event's own Filter.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>By block and place in it.</returns>
    public async Task<IReadOnlyList<EventLog<T>>> FindEventsAsync<T>(
        Address contract, IReadOnlyList<IReadOnlyList<Hash256>?> filter, BlockHeader head, CancellationToken cancellationToken = default)
        where T : IContractEvent<T> =>
        [.. EventLog.OfType<T>(await FindLogsAsync([contract], filter, head, cancellationToken))];

    /// <summary>As <see cref="FindEventsAsync"/>, of any kind.</summary>
    /// <param name="contracts">Which of its contracts logged them.</param>
    /// <param name="topics">What has to be in their topics.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IReadOnlyList<LogEntry>> FindLogsAsync(
        IReadOnlyList<Address> contracts, IReadOnlyList<IReadOnlyList<Hash256>?> topics, BlockHeader head, CancellationToken cancellationToken = default) =>
        History.FindAsync(new LogFilter { FromBlock = Deployment.DeployBlock, Addresses = contracts, Topics = topics }, head, cancellationToken);
}
