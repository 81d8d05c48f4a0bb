using System.Text.Json.Nodes;

namespace Marketplace.Cli.Tests.Network;

[Collection(MarketCollection.Name)]
public sealed class DeploymentTests(LocalNetwork network)
{
    string File => network.State.Text("deployment");

    [Fact]
    public async Task Deployment_AsItWasMade_IsRight_WireByWire()
    {
        var report = (await network.RunAsync("deployment", "verify")).Succeeded().Json;

        Assert.True(report.GetProperty("right").GetBoolean());
        var checks = report.GetProperty("checks").EnumerateArray().ToDictionary(check => check.Text("subject"));
        Assert.All(checks.Values, check => Assert.True(check.GetProperty("right").GetBoolean()));
        var contracts = report.GetProperty("contracts");
        Assert.Equal(contracts.Text("AgreementEscrow"), checks["StakeVault.escrow"].Text("actual"));
        Assert.Equal(contracts.Text("StorageAudits"), checks["ProviderRegistry.audits"].Text("actual"));
        Assert.True(checks.Count > 45, $"Only {checks.Count} wires were looked at.");
    }

    [Theory]
    [InlineData("StakeVault", "AgreementEscrow", "StakeVault.registry")]
    [InlineData("ProviderRegistry", "PossessionProofs", "DeclaredLosses.registry")]
    public async Task SwappedContracts_AreNoticed_AndNamed(string one, string other, string wire)
    {
        var file = await AlteredAsync(contracts => (contracts[one], contracts[other]) = (contracts[other]!.DeepClone(), contracts[one]!.DeepClone()));

        var result = await network.RunAsync("deployment", "verify", "--deployment", file);

        Assert.Equal(1, result.ExitCode);
        Assert.False(result.Json.GetProperty("right").GetBoolean());
        var wrong = result.Json.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("right").GetBoolean()).Select(check => check.Text("subject"));
        Assert.Contains(wire, wrong);
    }

    [Fact]
    public async Task AddressWithoutCode_IsNoticed()
    {
        var file = await AlteredAsync(contracts => contracts["StorageAudits"] = "0x00000000000000000000000000000000000007ea");

        var result = await network.RunAsync("deployment", "verify", "--deployment", file);

        Assert.Equal(1, result.ExitCode);
        var wrong = Assert.Single(result.Json.GetProperty("checks").EnumerateArray(), check => !check.GetProperty("right").GetBoolean());
        Assert.Equal("StorageAudits", wrong.Text("subject"));
    }

    [Theory]
    [InlineData("deployment-invalid", "--deployment", "/nowhere/market.json")]
    [InlineData("chain-address-invalid", "--chain", "ftp://nowhere")]
    [InlineData("chain-unreachable", "--chain", "http://127.0.0.1:9")]
    [InlineData("usage", "--deployment")]
    public async Task WrongInput_IsRefused(string code, params string[] arguments) =>
        (await network.RunAsync(["deployment", "verify", .. arguments])).Refused(code);

    [Fact]
    public async Task ChainAndFile_AreEnough_WithoutAHome() =>
        (await CommandLine.RunAsync(network.NewPath(), ["deployment", "verify", "--chain", network.State.Text("chain"), "--deployment", File])).Succeeded();

    async Task<string> AlteredAsync(Action<JsonObject> alter)
    {
        var document = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File))!;
        alter(document["contracts"]!.AsObject());
        var path = network.NewPath();
        await System.IO.File.WriteAllTextAsync(path, document.ToJsonString());
        return path;
    }
}
