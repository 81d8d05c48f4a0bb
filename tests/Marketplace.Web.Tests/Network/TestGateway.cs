using System.Net;
using Marketplace.Chain;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Marketplace.Web.Wallets;
using Microsoft.Extensions.Logging;

namespace Marketplace.Web.Tests.Network;

/// <summary>Gateways of tests: on loopback, on a free port, with a vault in memory, unless a test says otherwise.</summary>
static class TestGateway
{
    /// <summary>Looks for new blocks as often as it may: tests wait for them.</summary>
    public static GatewayOptions Options => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Chain = new ChainOffer(AnvilProcess.ChainId, "the test network", null),
        Vault = new MemoryVaultHome(),
        Pulse = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>The caller's.</summary>
    /// <param name="market">Which.</param>
    /// <param name="change">What is otherwise; null for nothing.</param>
    public static Task<GatewayHost> StartAsync(Market market, Func<GatewayOptions, GatewayOptions>? change = null) => GatewayHost.StartAsync(
        change?.Invoke(Options) ?? Options, market, static logging => logging.SetMinimumLevel(LogLevel.Error), CancellationToken.None);
}
