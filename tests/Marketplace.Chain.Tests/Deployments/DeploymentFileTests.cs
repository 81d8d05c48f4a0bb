using System.Globalization;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Deployments;

public sealed class DeploymentFileTests
{
    static readonly Deployment Example = new()
    {
        ChainId = 31337, DeployBlock = 4, Genesis = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            EpochLength = TimeSpan.FromSeconds(15),
        StorageToken = Contract(1), MarketplaceParameters = Contract(2), RandomnessBeacon = Contract(3), ProviderRegistry = Contract(4),
        ListingBook = Contract(5), AgreementEscrow = Contract(6), StorageAgreements = Contract(7), PossessionProofs = Contract(8),
        StakeVault = Contract(11), DeclaredLosses = Contract(12), StorageAudits = Contract(13), EgressVouchers = Contract(14),
    };

    static Address Contract(int number) => Address.Parse("0x" + number.ToString("x40", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Deployment_SavedAndLoaded_IsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "deployment.json");

        await DeploymentFile.SaveAsync(Example, path);

        Assert.Equal(Example, await DeploymentFile.LoadAsync(path));
        Assert.Single(folder.GetFiles());
        var governed = Example with { MarketplaceTimelock = Contract(15), MarketplaceGovernor = Contract(16) };
        Assert.Equal(governed, DeploymentFile.Parse(DeploymentFile.Write(governed), "file"));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "format")]
    [InlineData("\"chainId\": 31337,", "", "chainId")]
    [InlineData("\"chainId\": 31337", "\"chainId\": -1", "chainId")]
    [InlineData("\"chainId\": 31337", "\"chainId\": 31337, \"chainId\": 1", "chainId")]
    [InlineData("\"chainId\": 31337", "\"chainId\": 31337, \"comment\": 1", "comment")]
    [InlineData("\"epochLength\": 15", "\"epochLength\": 0", "epoch length")]
    [InlineData("\"ListingBook\"", "\"ListBook\"", "ListingBook")]
    [InlineData("\"contracts\": {", "\"contracts\": { \"Extra\": \"0x0000000000000000000000000000000000000009\",", "Extra")]
    [InlineData("0x0000000000000000000000000000000000000005", "0x0000000000000000000000000000000000000006", "one address")]
    [InlineData("0x0000000000000000000000000000000000000005", "0x0000000000000000000000000000000000000000", "ListingBook")]
    [InlineData("0x0000000000000000000000000000000000000005", "0x05", "ListingBook")]
    public void Deployment_ThatIsNotExactlyOne_IsRefusedWithTheReason(string right, string wrong, string word)
    {
        var text = DeploymentFile.Write(Example);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var refusal = Assert.Throws<DeploymentFileException>(() => DeploymentFile.Parse(text.Replace(right, wrong,
            StringComparison.Ordinal), "file"));

        Assert.Contains(word, refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Deployment_WithoutAFile_IsRefused() =>
        await Assert.ThrowsAsync<DeploymentFileException>(() => DeploymentFile.LoadAsync("/nowhere/deployment.json"));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(14, 0)]
    [InlineData(15, 1)]
    [InlineData(151, 10)]
    public void Clock_CountsEpochs_FromGenesis(long seconds, ulong epoch)
    {
        var time = Example.Genesis.AddSeconds(seconds);

        Assert.Equal(epoch, Example.Clock.EpochAt(time).Value);
        Assert.True(Example.Clock.StartOf(new(epoch)) <= time && time < Example.Clock.EndOf(new(epoch)));
    }

    [Fact]
    public void Clock_BeforeGenesis_HasNoEpoch() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Example.Clock.EpochAt(Example.Genesis.AddSeconds(-1)));
}
