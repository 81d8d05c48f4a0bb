using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>A market's contracts in the order of their deployment, and what their constructors are called with.</summary>
static class MarketParts
{
    /// <summary>As <see cref="Deployment.Contracts"/> names them.</summary>
    public static IReadOnlyList<string> Names(MarketPlan plan) =>
    [
        nameof(Deployment.StorageToken),
        .. plan.Governance is null ? [] : (string[])[nameof(Deployment.MarketplaceTimelock), nameof(Deployment.MarketplaceGovernor)],
        nameof(Deployment.MarketplaceParameters), nameof(Deployment.RandomnessBeacon), nameof(Deployment.ProviderRegistry),
        nameof(Deployment.StakeVault), nameof(Deployment.ListingBook), nameof(Deployment.AgreementEscrow),
        nameof(Deployment.StorageAgreements), nameof(Deployment.PossessionProofs), nameof(Deployment.DeclaredLosses),
        nameof(Deployment.StorageAudits), nameof(Deployment.EgressVouchers),
    ];

    /// <summary>In the order of <see cref="Names"/>; arguments by name, since two addresses in the wrong order would compile.</summary>
    public static IReadOnlyList<IContractDeployment> Creations(MarketPlan plan, Deployment at) =>
    [
        new StorageToken.Deployment(Holder: plan.TokenHolder, Supply: plan.Supply.ToUInt256()),
        .. plan.Governance is { } governance ? OfGovernance(governance, at) : [],
        OfParameters(plan, at),
        new BlockhashBeacon.Deployment(Parameters: at.MarketplaceParameters, AnchorDelay: plan.AnchorDelay),
        .. OfProviders(at),
        .. OfAgreements(at),
        .. OfDisputes(at),
    ];

    static IContractDeployment[] OfGovernance(GovernancePlan plan, Deployment at) =>
    [
        new MarketplaceTimelock.Deployment(
            Governor: at.MarketplaceGovernor!.Value, Delay: GovernancePlan.Seconds(plan.TimelockDelay.Value),
            MinDelayFloor: GovernancePlan.Seconds(plan.TimelockDelay.Floor)),
        new MarketplaceGovernor.Deployment(
            Token: at.StorageToken, Timelock: at.MarketplaceTimelock!.Value, Settings: plan.Settings, Floors: plan.Floors),
    ];

    static MarketplaceParameters.Deployment OfParameters(MarketPlan plan, Deployment at)
    {
        var parameters = plan.Parameters;
        if (parameters.Treasury == Address.Zero)
            parameters = parameters with { Treasury = at.MarketplaceTimelock ?? throw NoTimelock("a treasury") };
        return new MarketplaceParameters.Deployment(
            Owner: plan.Owner ?? at.MarketplaceTimelock ?? throw NoTimelock("an owner"), Guardian: plan.Guardian,
            Genesis: (ulong)plan.Genesis.ToUnixTimeSeconds(), EpochLength: (ulong)plan.EpochLength.TotalSeconds,
            Ceilings: plan.Ceilings.ToAbi(), Values: parameters.ToAbi());
    }

    static IContractDeployment[] OfProviders(Deployment at) =>
    [
        new ProviderRegistry.Deployment(
            Parameters: at.MarketplaceParameters, Beacon: at.RandomnessBeacon, Stakes: at.StakeVault, Agreements: at.StorageAgreements,
            Proofs: at.PossessionProofs, Losses: at.DeclaredLosses, Audits: at.StorageAudits),
        new StakeVault.Deployment(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Registry: at.ProviderRegistry, Escrow: at.AgreementEscrow,
            Agreements: at.StorageAgreements, Egress: at.EgressVouchers),
        new ListingBook.Deployment(Registry: at.ProviderRegistry, Agreements: at.StorageAgreements),
    ];

    static IContractDeployment[] OfAgreements(Deployment at) =>
    [
        new AgreementEscrow.Deployment(
            Token: at.StorageToken, Agreements: at.StorageAgreements, Audits: at.StorageAudits, Egress: at.EgressVouchers),
        new StorageAgreements.Deployment(new Parts(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Beacon: at.RandomnessBeacon, Registry: at.ProviderRegistry,
            Stakes: at.StakeVault, Listings: at.ListingBook, Escrow: at.AgreementEscrow, Proofs: at.PossessionProofs,
            Losses: at.DeclaredLosses, Audits: at.StorageAudits)),
        new PossessionProofs.Deployment(
            Parameters: at.MarketplaceParameters, Beacon: at.RandomnessBeacon, Registry: at.ProviderRegistry,
            Agreements: at.StorageAgreements, Losses: at.DeclaredLosses),
    ];

    static IContractDeployment[] OfDisputes(Deployment at) =>
    [
        new DeclaredLosses.Deployment(
            Parameters: at.MarketplaceParameters, Registry: at.ProviderRegistry, Agreements: at.StorageAgreements),
        new StorageAudits.Deployment(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Registry: at.ProviderRegistry, Agreements: at.StorageAgreements,
            Escrow: at.AgreementEscrow, Losses: at.DeclaredLosses),
        new EgressVouchers.Deployment(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Stakes: at.StakeVault, Escrow: at.AgreementEscrow,
            Agreements: at.StorageAgreements),
    ];

    static ArgumentException NoTimelock(string what) => new($"A market without governance needs {what}.");
}
