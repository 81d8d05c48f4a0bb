using System.Net;
using System.Net.Sockets;

namespace Marketplace.Gateway.Security;

/// <summary>Slows down whoever tries passwords: after a few wrong ones an address waits, twice as long each time.</summary>
/// <param name="time">The clock.</param>
sealed class SignInLimiter(TimeProvider time)
{
    const int Free = 5, Most = 10_000;

    static readonly TimeSpan First = TimeSpan.FromSeconds(15), Longest = TimeSpan.FromMinutes(15);

    readonly Lock gate = new();
    readonly Dictionary<IPAddress, (int Failures, DateTimeOffset Until)> known = [];

    /// <summary>How long an address has to wait before its next try is looked at; nothing for one that need not.</summary>
    public TimeSpan WaitOf(IPAddress? address)
    {
        lock (gate)
            return known.TryGetValue(NetworkOf(address), out var state) && state.Until > time.GetUtcNow() ? state.Until - time.GetUtcNow() : TimeSpan.Zero;
    }

    /// <summary>A try was wrong.</summary>
    public void Fail(IPAddress? address)
    {
        lock (gate)
        {
            if (known.Count >= Most)
                Forget();
            var network = NetworkOf(address);
            var failures = known.GetValueOrDefault(network).Failures + 1;
            var wait = failures < Free ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(failures - Free, 16));
            known[network] = (failures, time.GetUtcNow() + (wait < Longest ? wait : Longest));
        }
    }

    /// <summary>A try was right: what was wrong before counts no more.</summary>
    public void Succeed(IPAddress? address)
    {
        lock (gate)
            known.Remove(NetworkOf(address));
    }

    /// <summary>Those whose wait is over longest; where none is, all that wait the shortest.</summary>
    void Forget()
    {
        foreach (var old in known.OrderBy(entry => entry.Value.Until).Take(Most / 2).Select(entry => entry.Key).ToList())
            known.Remove(old);
    }

    /// <summary>Whoever has one IPv6 address has its whole network of 64 bits.</summary>
    static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
