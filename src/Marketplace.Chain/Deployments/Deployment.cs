using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>Where a market lives. Everything else about it is read from the chain.</summary>
public sealed record Deployment
{
    /// <summary>The chain id (EIP-155).</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The block that holds the first of the contracts: no event of the market is older.</summary>
    public required ulong DeployBlock { get; init; }

    /// <summary>Start of epoch 0.</summary>
    public required DateTimeOffset Genesis { get; init; }

    /// <summary>How long an epoch is, in whole seconds.</summary>
    public required TimeSpan EpochLength { get; init; }

    /// <summary>The ERC-20 that everything is paid in.</summary>
    public required Address StorageToken { get; init; }

    /// <summary>Owner of the parameters, and treasury; null where somebody else is, as on a development chain.</summary>
    public Address? MarketplaceTimelock { get; init; }

    /// <summary>Decides by the votes of the token's holders; null where there is no timelock.</summary>
    public Address? MarketplaceGovernor { get; init; }

    /// <summary>The market's numbers and clock.</summary>
    public required Address MarketplaceParameters { get; init; }

    /// <summary>The epochs' seeds.</summary>
    public required Address RandomnessBeacon { get; init; }

    /// <summary>Providers, and how well they do.</summary>
    public required Address ProviderRegistry { get; init; }

    /// <summary>What lies behind providers.</summary>
    public required Address StakeVault { get; init; }

    /// <summary>Offers.</summary>
    public required Address ListingBook { get; init; }

    /// <summary>Deposits and credits.</summary>
    public required Address AgreementEscrow { get; init; }

    /// <summary>Agreements; also the verifying contract of all EIP-712 messages of the market but vouchers.</summary>
    public required Address StorageAgreements { get; init; }

    /// <summary>Checkpoints and proofs.</summary>
    public required Address PossessionProofs { get; init; }

    /// <summary>What providers say they lost.</summary>
    public required Address DeclaredLosses { get; init; }

    /// <summary>Challenges on demand.</summary>
    public required Address StorageAudits { get; init; }

    /// <summary>Payment for reading; the verifying contract of vouchers.</summary>
    public required Address EgressVouchers { get; init; }

    /// <summary>The market's clock.</summary>
    public EpochClock Clock => new(Genesis, EpochLength);

    /// <summary>All contracts that there are, by name, in the order in which they are deployed.</summary>
    public IReadOnlyList<(string Name, Address Address)> Contracts =>
        [.. Known.Where(contract => contract.Address is not null).Select(contract => (contract.Name, contract.Address!.Value))];

    (string Name, Address? Address)[] Known =>
    [
        (nameof(StorageToken), StorageToken),
        (nameof(MarketplaceTimelock), MarketplaceTimelock),
        (nameof(MarketplaceGovernor), MarketplaceGovernor),
        (nameof(MarketplaceParameters), MarketplaceParameters),
        (nameof(RandomnessBeacon), RandomnessBeacon),
        (nameof(ProviderRegistry), ProviderRegistry),
        (nameof(StakeVault), StakeVault),
        (nameof(ListingBook), ListingBook),
        (nameof(AgreementEscrow), AgreementEscrow),
        (nameof(StorageAgreements), StorageAgreements),
        (nameof(PossessionProofs), PossessionProofs),
        (nameof(DeclaredLosses), DeclaredLosses),
        (nameof(StorageAudits), StorageAudits),
        (nameof(EgressVouchers), EgressVouchers),
    ];

    /// <summary>Puts a deployment together whose contracts somebody knows by name.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="clock">The market's clock.</param>
    /// <param name="find">Null for a contract that is not there; asked for each once.</param>
    /// <param name="missing">What to throw when one is missing that must not be.</param>
    internal static Deployment Of(ulong chainId, EpochClock clock, Func<string, Address?> find, Func<string, Exception> missing)
    {
        return new Deployment
        {
            ChainId = chainId,
            DeployBlock = 0,
            Genesis = clock.Genesis,
            EpochLength = clock.EpochLength,
            StorageToken = Take(nameof(StorageToken)),
            MarketplaceTimelock = find(nameof(MarketplaceTimelock)),
            MarketplaceGovernor = find(nameof(MarketplaceGovernor)),
            MarketplaceParameters = Take(nameof(MarketplaceParameters)),
            RandomnessBeacon = Take(nameof(RandomnessBeacon)),
            ProviderRegistry = Take(nameof(ProviderRegistry)),
            StakeVault = Take(nameof(StakeVault)),
            ListingBook = Take(nameof(ListingBook)),
            AgreementEscrow = Take(nameof(AgreementEscrow)),
            StorageAgreements = Take(nameof(StorageAgreements)),
            PossessionProofs = Take(nameof(PossessionProofs)),
            DeclaredLosses = Take(nameof(DeclaredLosses)),
            StorageAudits = Take(nameof(StorageAudits)),
            EgressVouchers = Take(nameof(EgressVouchers)),
        };

        Address Take(string name) => find(name) ?? throw missing(name);
    }
}
