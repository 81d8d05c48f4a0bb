using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>What a contract has to answer about another that it is bound to for ever.</summary>
/// <param name="Contract">Who is asked.</param>
/// <param name="Name">The question, for messages.</param>
/// <param name="Call">The question.</param>
/// <param name="Expected">The answer.</param>
sealed record MarketBinding(Address Contract, string Name, IContractFunction<Address> Call, Address Expected);

/// <summary>All bindings between the contracts of one market.</summary>
static class MarketBindings
{
    public static IEnumerable<MarketBinding> Of(Deployment at) =>
        [.. OfGovernance(at), .. OfProviders(at), .. OfOffersAndMoney(at), .. OfAgreements(at), .. OfDisputes(at)];

    static IEnumerable<MarketBinding> OfGovernance(Deployment at)
    {
        yield return new(at.RandomnessBeacon, "RandomnessBeacon.parameters", new BlockhashBeacon.ParametersCall(), at.MarketplaceParameters);
        if (at.MarketplaceTimelock is { } timelock)
            yield return new(at.MarketplaceParameters, "MarketplaceParameters.owner", new MarketplaceParameters.OwnerCall(), timelock);
        if (at.MarketplaceGovernor is not { } governor)
            yield break;
        yield return new(governor, "MarketplaceGovernor.token", new MarketplaceGovernor.TokenCall(), at.StorageToken);
        yield return new(
            governor, "MarketplaceGovernor.timelock", new MarketplaceGovernor.TimelockCall(), at.MarketplaceTimelock ?? Address.Zero);
    }

    static IEnumerable<MarketBinding> OfProviders(Deployment at) =>
    [
        new(at.ProviderRegistry, "ProviderRegistry.parameters", new ProviderRegistry.ParametersCall(), at.MarketplaceParameters),
        new(at.ProviderRegistry, "ProviderRegistry.beacon", new ProviderRegistry.BeaconCall(), at.RandomnessBeacon),
        new(at.ProviderRegistry, "ProviderRegistry.stakes", new ProviderRegistry.StakesCall(), at.StakeVault),
        new(at.ProviderRegistry, "ProviderRegistry.agreements", new ProviderRegistry.AgreementsCall(), at.StorageAgreements),
        new(at.ProviderRegistry, "ProviderRegistry.proofs", new ProviderRegistry.ProofsCall(), at.PossessionProofs),
        new(at.ProviderRegistry, "ProviderRegistry.losses", new ProviderRegistry.LossesCall(), at.DeclaredLosses),
        new(at.ProviderRegistry, "ProviderRegistry.audits", new ProviderRegistry.AuditsCall(), at.StorageAudits),
        new(at.StakeVault, "StakeVault.token", new StakeVault.TokenCall(), at.StorageToken),
        new(at.StakeVault, "StakeVault.parameters", new StakeVault.ParametersCall(), at.MarketplaceParameters),
        new(at.StakeVault, "StakeVault.registry", new StakeVault.RegistryCall(), at.ProviderRegistry),
        new(at.StakeVault, "StakeVault.escrow", new StakeVault.EscrowCall(), at.AgreementEscrow),
        new(at.StakeVault, "StakeVault.agreements", new StakeVault.AgreementsCall(), at.StorageAgreements),
        new(at.StakeVault, "StakeVault.egress", new StakeVault.EgressCall(), at.EgressVouchers),
    ];

    static IEnumerable<MarketBinding> OfOffersAndMoney(Deployment at) =>
    [
        new(at.ListingBook, "ListingBook.registry", new ListingBook.RegistryCall(), at.ProviderRegistry),
        new(at.ListingBook, "ListingBook.agreements", new ListingBook.AgreementsCall(), at.StorageAgreements),
        new(at.AgreementEscrow, "AgreementEscrow.token", new AgreementEscrow.TokenCall(), at.StorageToken),
        new(at.AgreementEscrow, "AgreementEscrow.agreements", new AgreementEscrow.AgreementsCall(), at.StorageAgreements),
        new(at.AgreementEscrow, "AgreementEscrow.audits", new AgreementEscrow.AuditsCall(), at.StorageAudits),
        new(at.AgreementEscrow, "AgreementEscrow.egress", new AgreementEscrow.EgressCall(), at.EgressVouchers),
        new(at.EgressVouchers, "EgressVouchers.token", new EgressVouchers.TokenCall(), at.StorageToken),
        new(at.EgressVouchers, "EgressVouchers.parameters", new EgressVouchers.ParametersCall(), at.MarketplaceParameters),
        new(at.EgressVouchers, "EgressVouchers.stakes", new EgressVouchers.StakesCall(), at.StakeVault),
        new(at.EgressVouchers, "EgressVouchers.escrow", new EgressVouchers.EscrowCall(), at.AgreementEscrow),
        new(at.EgressVouchers, "EgressVouchers.agreements", new EgressVouchers.AgreementsCall(), at.StorageAgreements),
    ];

    static IEnumerable<MarketBinding> OfAgreements(Deployment at) =>
    [
        new(at.StorageAgreements, "StorageAgreements.token", new StorageAgreements.TokenCall(), at.StorageToken),
        new(at.StorageAgreements, "StorageAgreements.parameters", new StorageAgreements.ParametersCall(), at.MarketplaceParameters),
        new(at.StorageAgreements, "StorageAgreements.beacon", new StorageAgreements.BeaconCall(), at.RandomnessBeacon),
        new(at.StorageAgreements, "StorageAgreements.registry", new StorageAgreements.RegistryCall(), at.ProviderRegistry),
        new(at.StorageAgreements, "StorageAgreements.stakes", new StorageAgreements.StakesCall(), at.StakeVault),
        new(at.StorageAgreements, "StorageAgreements.listings", new StorageAgreements.ListingsCall(), at.ListingBook),
        new(at.StorageAgreements, "StorageAgreements.escrow", new StorageAgreements.EscrowCall(), at.AgreementEscrow),
        new(at.StorageAgreements, "StorageAgreements.proofs", new StorageAgreements.ProofsCall(), at.PossessionProofs),
        new(at.StorageAgreements, "StorageAgreements.losses", new StorageAgreements.LossesCall(), at.DeclaredLosses),
        new(at.StorageAgreements, "StorageAgreements.audits", new StorageAgreements.AuditsCall(), at.StorageAudits),
    ];

    static IEnumerable<MarketBinding> OfDisputes(Deployment at) =>
    [
        new(at.PossessionProofs, "PossessionProofs.parameters", new PossessionProofs.ParametersCall(), at.MarketplaceParameters),
        new(at.PossessionProofs, "PossessionProofs.beacon", new PossessionProofs.BeaconCall(), at.RandomnessBeacon),
        new(at.PossessionProofs, "PossessionProofs.registry", new PossessionProofs.RegistryCall(), at.ProviderRegistry),
        new(at.PossessionProofs, "PossessionProofs.agreements", new PossessionProofs.AgreementsCall(), at.StorageAgreements),
        new(at.PossessionProofs, "PossessionProofs.losses", new PossessionProofs.LossesCall(), at.DeclaredLosses),
        new(at.DeclaredLosses, "DeclaredLosses.parameters", new DeclaredLosses.ParametersCall(), at.MarketplaceParameters),
        new(at.DeclaredLosses, "DeclaredLosses.registry", new DeclaredLosses.RegistryCall(), at.ProviderRegistry),
        new(at.DeclaredLosses, "DeclaredLosses.agreements", new DeclaredLosses.AgreementsCall(), at.StorageAgreements),
        new(at.StorageAudits, "StorageAudits.token", new StorageAudits.TokenCall(), at.StorageToken),
        new(at.StorageAudits, "StorageAudits.parameters", new StorageAudits.ParametersCall(), at.MarketplaceParameters),
        new(at.StorageAudits, "StorageAudits.registry", new StorageAudits.RegistryCall(), at.ProviderRegistry),
        new(at.StorageAudits, "StorageAudits.agreements", new StorageAudits.AgreementsCall(), at.StorageAgreements),
        new(at.StorageAudits, "StorageAudits.escrow", new StorageAudits.EscrowCall(), at.AgreementEscrow),
        new(at.StorageAudits, "StorageAudits.losses", new StorageAudits.LossesCall(), at.DeclaredLosses),
    ];
}
