using Marketplace.Cli.Gateway;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Gateway;

public sealed class GatewayCommandsTests
{
    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("127.3.2.1:1")]
    [InlineData("[::1]:8080")]
    public void Loopback_IsServed(string listen) => Assert.Equal(listen, GatewayCommands.ParseListen(listen).ToString());

    [Theory]
    [InlineData("0.0.0.0:8080", "listen-not-loopback")]
    [InlineData("192.168.1.2:8080", "listen-not-loopback")]
    [InlineData("[::]:8080", "listen-not-loopback")]
    [InlineData("localhost:8080", "listen-invalid")]
    [InlineData("8080", "listen-invalid")]
    [InlineData("127.0.0.1:99999", "listen-invalid")]
    [InlineData("", "listen-invalid")]
    public void WhatOthersCouldReach_IsRefused(string listen, string code) =>
        Assert.Equal(code, Assert.Throws<CommandRefusal>(() => GatewayCommands.ParseListen(listen)).Code);

    [Theory]
    [InlineData("http://127.0.0.1:8545", true)]
    [InlineData("http://localhost:8545/", true)]
    [InlineData("http://user:secret@127.0.0.1:8545", false)]
    [InlineData("https://mainnet.example/v3/secret-key", false)]
    [InlineData("nonsense", false)]
    public void EndpointThatMayHoldASecret_IsNotOfferedToWallets(string endpoint, bool isOffered) =>
        Assert.Equal(isOffered, ChainNames.OfferOf(31_337, endpoint).Endpoint is not null);

    [Fact]
    public async Task Gateway_OfAHomeWithoutMarket_SaysWhatIsMissing()
    {
        var home = Directory.CreateTempSubdirectory("marketplace-gateway-").FullName;
        try
        {
            (await CommandLine.RunAsync(home, ["gateway", "run"])).Refused("market-missing");
            (await CommandLine.RunAsync(home, ["gateway", "run", "--listen", "0.0.0.0:1"])).Refused("listen-not-loopback");
            (await CommandLine.RunAsync(home, ["gateway", "run", "--listen", "0.0.0.0:1", "--certificate", "none.pem"])).Refused("certificate-incomplete");
            (await CommandLine.RunAsync(home, ["gateway", "run", "--listen", "0.0.0.0:1", "--certificate", "none.pem", "--key", "none.key"])).Refused("certificate-invalid");
            (await CommandLine.RunAsync(home, ["gateway", "run", "--password-file", "none.txt"])).Refused("certificate-missing");
            (await CommandLine.RunAsync(home, ["gateway", "run", "--name", "storage.example.org"])).Refused("certificate-missing");
            (await CommandLine.RunAsync(home, ["devnet", "up", "--gateway", "0.0.0.0:1", "--foreground"])).Refused("listen-not-loopback");
            (await CommandLine.RunAsync(home, ["devnet", "up", "--gateway", "127.0.0.1:1"])).Refused("usage");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
