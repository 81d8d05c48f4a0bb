namespace Marketplace.Client.Transport;

/// <summary>Bounds on how long a provider may take.</summary>
public sealed record TransportOptions
{
    /// <summary>For the connection and the TLS handshake. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may move in a request before it is given up. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call may take in all, however busily its provider trickles; transfers get time for their bytes on top. Default 60 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The slowest transfer that is waited for, in bytes a second. Default 4 KiB/s.</summary>
    public int SlowestRate { get; init; } = 4 << 10;

    /// <summary>Connections to one provider. Default 8.</summary>
    public int ConnectionsPerProvider { get; init; } = 8;

    /// <summary>How long a transfer session is signed for; renewed at half of it. Default 1 h, at most 24 h.</summary>
    public TimeSpan SessionLife { get; init; } = TimeSpan.FromHours(1);
}
