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

    /// <summary>The market's numbers and clock.</summary>
    public required Address MarketplaceParameters { get; init; }

    /// <summary>The epochs' seeds.</summary>
    public required Address RandomnessBeacon { get; init; }

    /// <summary>Providers and their stakes.</summary>
    public required Address ProviderRegistry { get; init; }

    /// <summary>Offers.</summary>
    public required Address ListingBook { get; init; }

    /// <summary>Deposits and credits.</summary>
    public required Address AgreementEscrow { get; init; }

    /// <summary>Agreements; also the verifying contract of all EIP-712 messages of the market.</summary>
    public required Address StorageAgreements { get; init; }

    /// <summary>Checkpoints and proofs.</summary>
    public required Address PossessionProofs { get; init; }

    /// <summary>The market's clock.</summary>
    public EpochClock Clock => new(Genesis, EpochLength);

    /// <summary>All contracts, by name, in the order in which they are deployed.</summary>
    public IReadOnlyList<(string Name, Address Address)> Contracts =>
    [
        (nameof(StorageToken), StorageToken),
        (nameof(MarketplaceParameters), MarketplaceParameters),
        (nameof(RandomnessBeacon), RandomnessBeacon),
        (nameof(ProviderRegistry), ProviderRegistry),
        (nameof(ListingBook), ListingBook),
        (nameof(AgreementEscrow), AgreementEscrow),
        (nameof(StorageAgreements), StorageAgreements),
        (nameof(PossessionProofs), PossessionProofs),
    ];
}
