using System.Net;
using System.Net.Sockets;

namespace Marketplace.Cli.Devnet;

internal static class FreePort
{
    /// <summary>A TCP port that nobody listens on at that address now.</summary>
    public static int On(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
