using Marketplace.Provider.Administration;
using Marketplace.Provider.Proving.Rounds;

namespace Marketplace.Provider.Tests.Node;

public sealed class NodeSettingsTests
{
    static readonly NodeSettings Valid = new()
    {
        Chain = new Uri("http://127.0.0.1:8545"),
        Owner = "0x00000000000000000000000000000000000007ea",
        Listen = "127.0.0.1:7443",
        Endpoint = new Uri("https://127.0.0.1:7443"),
        CapacityGiB = 1,
    };

    static void IsRefused(NodeSettings settings, string key) =>
        Assert.Contains($"'{key}'", Assert.Throws<NodeSettingsException>(settings.Check).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_WithoutRelays_NameDrandsOwn()
    {
        var settings = NodeSettings.Parse(
            """
            {"chain": "http://127.0.0.1:8545", "owner": "0x00000000000000000000000000000000000007ea", "listen": "127.0.0.1:7443",
             "endpoint": "https://127.0.0.1:7443", "capacityGiB": 1}
            """);

        Assert.Equal(DrandRelayOptions.PublicRelays, settings.DrandRelays);
        Assert.Equal(DrandRelayOptions.Evmnet, settings.DrandChain);
    }

    [Fact]
    public void Settings_WrittenAndRead_KeepTheirRelays()
    {
        var settings = Valid with { DrandRelays = [new Uri("http://127.0.0.1:1/a"), new Uri("https://relay.example")], DrandChain = new string('a', 64) };

        var read = NodeSettings.Parse(settings.ToString());

        Assert.Equal(settings.DrandRelays, read.DrandRelays);
        Assert.Equal(settings.DrandChain, read.DrandChain);
    }

    [Theory]
    [InlineData("ftp://relay.example")]
    [InlineData("https://user:word@relay.example")]
    [InlineData("https://relay.example/?a=b")]
    [InlineData("https://relay.example/#a")]
    [InlineData("file:///etc/passwd")]
    public void Relay_ThatIsNoBaseAddress_IsRefused(string relay) => IsRefused(Valid with { DrandRelays = [new Uri(relay)] }, "drandRelays");

    [Fact]
    public void Relay_ThatIsRelative_IsRefused() => IsRefused(Valid with { DrandRelays = [new Uri("a/b", UriKind.Relative)] }, "drandRelays");

    [Fact]
    public void Relays_UpToSixteen_AreTaken()
    {
        var relays = Enumerable.Range(1, 17).Select(port => new Uri($"http://127.0.0.1:{port}")).ToArray();

        (Valid with { DrandRelays = relays[..16] }).Check();
        (Valid with { DrandRelays = [] }).Check();
        IsRefused(Valid with { DrandRelays = relays }, "drandRelays");
        IsRefused(Valid with { DrandRelays = null! }, "drandRelays");
    }

    [Theory]
    [InlineData("")]
    [InlineData("04f1e9062b8a81f848fded9c12306733282b2727ecced50032187751166ec8c")]
    [InlineData("04f1e9062b8a81f848fded9c12306733282b2727ecced50032187751166ec8c33")]
    [InlineData("04F1e9062b8a81f848fded9c12306733282b2727ecced50032187751166ec8c3")]
    [InlineData("../..9062b8a81f848fded9c12306733282b2727ecced50032187751166ec8c3")]
    public void Chain_ThatIsNoHash_IsRefused(string chain) => IsRefused(Valid with { DrandChain = chain }, "drandChain");
}
