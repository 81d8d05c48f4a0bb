using System.Globalization;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Markets;

public sealed class MarketEventsTests
{
    /// <summary>By which the token's holders decide; and the token, whose transfers between strangers are nobody's business.</summary>
    static readonly string[] NotTheMarkets = ["StorageToken", "MarketplaceGovernor", "MarketplaceTimelock"];

    static readonly Deployment Market = new()
    {
        ChainId = 1, DeployBlock = 1, Genesis = DateTimeOffset.UnixEpoch, EpochLength = TimeSpan.FromDays(1),
        StorageToken = Contract(1), MarketplaceParameters = Contract(2), RandomnessBeacon = Contract(3), ProviderRegistry = Contract(4),
        StakeVault = Contract(5), ListingBook = Contract(6), AgreementEscrow = Contract(7), StorageAgreements = Contract(8),
        PossessionProofs = Contract(9), DeclaredLosses = Contract(10), StorageAudits = Contract(11), EgressVouchers = Contract(12),
    };

    /// <summary>An event that a contract got later must not pass unseen.</summary>
    [Fact]
    public void EveryEventInTheAbis_IsKnown()
    {
        var addresses = Market.Contracts.ToDictionary(contract => contract.Name, contract => contract.Address);
        var declared = AbiFiles.Entries("event")
            .Where(entry => !NotTheMarkets.Contains(entry.Contract) && entry.Name != "EIP712DomainChanged")
            .Select(entry => (
                addresses[entry.Contract.EndsWith("Beacon", StringComparison.Ordinal) ? "RandomnessBeacon" : entry.Contract],
                Keccak256.Hash(entry.Signature)))
            .ToHashSet();

        Assert.NotEmpty(declared);
        Assert.Equal(declared.Order(), new MarketEvents(Market).Known.Order());
    }

    static Address Contract(int number) => Address.Parse("0x" + number.ToString("x40", CultureInfo.InvariantCulture));
}
