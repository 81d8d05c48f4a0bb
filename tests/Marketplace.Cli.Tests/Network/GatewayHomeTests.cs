using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>A home that only knows its market: the vault is made in the browser.</summary>
[Collection(MarketCollection.Name)]
public sealed class GatewayHomeTests(LocalNetwork network)
{
    string Chain => network.State.Text("chain");

    string Deployment => network.State.Text("deployment");

    [Fact]
    public async Task Gateway_WhoseMarketIsNamed_ServesANewHome_AndItsMarketStays()
    {
        var home = network.NewPath();
        Assert.StartsWith("http://127.0.0.1:", await ServeAsync(home, "--chain", Chain, "--deployment", Deployment), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home, "wallet.json")));
        Assert.False(File.Exists(Path.Combine(home, "vault.json")));

        await ServeAsync(home);
        (await CommandLine.RunAsync(home, ["gateway", "run", "--chain", Chain, "--deployment", Deployment])).Refused("market-exists");
    }

    [Fact]
    public async Task HalfAMarket_OrAWrongOne_IsRefused_AndNothingIsWritten()
    {
        var home = network.NewPath();
        (await CommandLine.RunAsync(home, ["gateway", "run", "--chain", Chain])).Refused("market-missing");
        (await CommandLine.RunAsync(home, ["gateway", "run", "--deployment", Deployment])).Refused("market-missing");
        (await CommandLine.RunAsync(home, ["gateway", "run", "--chain", Chain, "--deployment", Path.Combine(home, "none.json")])).Refused("deployment-invalid");
        Assert.False(Directory.Exists(home));
    }

    /// <summary>Starts a gateway, waits for its address, and stops it again.</summary>
    static async Task<string> ServeAsync(string home, params string[] market)
    {
        using var gateway = CommandLine.Start(home, ["gateway", "run", "--listen", $"127.0.0.1:{Cli.Devnet.FreePort.On(System.Net.IPAddress.Loopback)}", "--json", .. market]);
        try
        {
            var text = "";
            while (await gateway.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line)
            {
                text += line;
                if (line == "}")
                    return JsonDocument.Parse(text).RootElement.Text("address");
            }
            throw new InvalidOperationException(await gateway.StandardError.ReadToEndAsync());
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
        }
    }
}
