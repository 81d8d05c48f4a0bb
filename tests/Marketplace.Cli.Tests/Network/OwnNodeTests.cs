using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Cli.Tests.Network;

/// <summary>A node whose owner's wallet is in a browser: what it says is what the page Provide asks for.</summary>
[Collection(MarketCollection.Name)]
public sealed class OwnNodeTests(LocalNetwork network) : IDisposable
{
    const string Owner = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketplace-node-");

    string Home => Path.Combine(folder.FullName, "node");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Node_IsMadeWithoutTheOwnersKey_AndSaysWhatIsToBeRegistered()
    {
        var made = (await InitAsync("--owner", Owner)).Succeeded().Json;

        Assert.Equal((Owner, "https://127.0.0.1:9443", "AT", false, false),
            (made.Text("provider"), made.Text("endpoint"), made.Text("region"), made.GetProperty("registered").GetBoolean(), made.GetProperty("isRegistered").GetBoolean()));
        Assert.Matches("^0x[0-9a-fA-F]{40}$", made.Text("operator"));
        Assert.Matches("^0x[0-9a-f]{64}$", made.Text("tlsKeyHash"));
        Assert.False(File.Exists(Path.Combine(Home, "owner.json")));

        // The same again: nothing is made anew, and no passphrase is asked for.
        var again = (await InitAsync("--owner", Owner)).Succeeded().Json;
        Assert.Equal((made.Text("operator"), made.Text("tlsKeyHash")), (again.Text("operator"), again.Text("tlsKeyHash")));

        (await InitAsync("--owner", network.Provider(1).Text("address"))).Refused("owner-differs");
        (await CommandLine.RunAsync(Home, ["provider", "stake", "10"])).Refused("owner-elsewhere");
        (await CommandLine.RunAsync(Home, ["provider", "status"])).Refused("not-registered");
        var run = await CommandLine.RunAsync(Home, ["provider", "run"]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("is not registered as a provider", run.Error, StringComparison.Ordinal);
    }

    /// <summary>With its words in capitals replaced.</summary>
    [Fact]
    public async Task CommandThatThePageProvideShows_MakesTheNode()
    {
        var words = NodeCommands.InitFor(Address.Parse(Owner, null)).Split(' ').Skip(1).Select(word => word switch
        {
            NodeCommands.Chain => network.State.Text("chain"),
            NodeCommands.Capacity => "5",
            DeploymentExport.FileName => Path.Combine(network.Folder, word),
            _ => word.Replace(NodeCommands.Host, "127.0.0.1", StringComparison.Ordinal),
        });

        var made = (await CommandLine.RunAsync(Home, [.. words, "--light-keys"])).Succeeded().Json;
        Assert.Equal((Owner, "https://127.0.0.1:7443"), (made.Text("provider"), made.Text("endpoint")));
    }

    [Theory]
    [InlineData("option-invalid", "--owner", "0x1234")]
    [InlineData("owner-twice", "--owner", Owner, "--owner-key-file", "key")]
    public async Task WrongOwner_MakesNothing(string code, params string[] arguments)
    {
        (await InitAsync(arguments)).Refused(code);
        Assert.False(Directory.Exists(Home));
    }

    Task<CommandResult> InitAsync(params string[] arguments) => CommandLine.RunAsync(Home,
    [
        "provider", "init", "--chain", network.State.Text("chain"), "--deployment", Path.Combine(network.Folder, "deployment.json"),
        "--endpoint", "https://127.0.0.1:9443", "--capacity", "5", "--region", "AT", "--light-keys", .. arguments,
    ]);
}
