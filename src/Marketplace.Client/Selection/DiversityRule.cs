using System.Net;
using System.Net.Sockets;

namespace Marketplace.Client.Selection;

/// <summary>
/// How different the providers of one object must be, so that one failure or one owner under several names does not take many fragments
/// (docs/protocol.md, section 5). One for each owner holds always.
/// </summary>
/// <param name="OnePerSubnet">At most one in each /24 (IPv4) or /48 (IPv6).</param>
/// <param name="RegionDivisor">At most max(1, providers / this) in a region; 0 for no bound.</param>
public sealed record DiversityRule(bool OnePerSubnet, int RegionDivisor)
{
    /// <summary>What the protocol asks for.</summary>
    public static readonly DiversityRule Standard = new(OnePerSubnet: true, RegionDivisor: 6);

    /// <summary>Different owners only: for a network of which all nodes run on one machine or in one house.</summary>
    public static readonly DiversityRule OwnersOnly = new(OnePerSubnet: false, RegionDivisor: 0);

    /// <summary>The most that a region may hold of <paramref name="providers"/>.</summary>
    public int RegionLimit(int providers) => RegionDivisor == 0 ? providers : Math.Max(1, providers / RegionDivisor);

    /// <summary>The network that an address counts as: a /24, or a /48; IPv4 inside IPv6 counts as IPv4.</summary>
    public static string SubnetOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? $"{bytes[0]}.{bytes[1]}.{bytes[2]}.0/24"
            : $"{Convert.ToHexStringLower(bytes, 0, 6)}/48";
    }
}
