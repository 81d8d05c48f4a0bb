using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Marketplace.Cli.Devnet;

/// <summary>
/// Ports for servers that are started a little later. They are drawn from below the range that operating systems take ports for outgoing
/// connections from (from 32,768 on Linux, 49,152 elsewhere), else any connection made meanwhile could take the port away.
/// </summary>
internal static class FreePort
{
    const int First = 15_000, End = 32_768, MostTries = 1_000;

    /// <summary>A TCP port that nobody listens on at that address now.</summary>
    /// <exception cref="SocketException">There is none, or the address is not this machine's.</exception>
    public static int On(IPAddress address)
    {
        for (var left = MostTries; ; left--)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var probe = new TcpListener(address, port);
                probe.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied && left > 1)
            {
                // Another one.
            }
        }
    }
}
