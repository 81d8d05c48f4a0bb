using System.Net;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Client;
using Marketplace.Web.Wallets;

namespace Marketplace.Gateway.Hosting;

/// <summary>How a gateway serves.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where nothing else is said.</summary>
    public static IPEndPoint DefaultListen => new(IPAddress.Loopback, 8080);

    /// <summary>An address of this machine; one that others reach too only with <see cref="Remote"/>. Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = DefaultListen;

    /// <summary>How it is reached from elsewhere: over TLS, with a password; null for a gateway that only this machine reaches.</summary>
    public RemoteAccess? Remote { get; init; }

    /// <summary>What wallets are told about the market's chain.</summary>
    public required ChainOffer Chain { get; init; }

    /// <summary>Where the user's vault lives.</summary>
    public required IVaultHome Vault { get; init; }

    /// <summary>
    /// Where the transactions that wallets sent are written down until their user was told of them, in a folder that is there; null for nowhere: they are
    /// forgotten with the gateway then.
    /// </summary>
    public string? SentFile { get; init; }

    /// <summary>
    /// Where the digests of sessions are written down, in a folder that is there, so that browsers are known to a gateway that is started anew at the same
    /// address; null for nowhere. A port that is free by chance is never the same.
    /// </summary>
    public string? SessionFile { get; init; }

    /// <summary>How content is stored and read.</summary>
    public MarketplaceClientOptions Client { get; init; } = new();

    /// <summary>How much may be on its way into the vault at once.</summary>
    public TransferLimits Transfers { get; init; } = new();

    /// <summary>Between two questions for a new block; 100 ms to 1 min.</summary>
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="GatewaySettingsException">They make no sense, or would open the gateway to others.</exception>
    public void Check()
    {
        if (!IPAddress.IsLoopback(Listen.Address) && Remote is null)
        {
            throw new GatewaySettingsException(
                $"Others can reach 'listen' {Listen}, and a gateway opens its user's vault to whoever uses it: that needs a certificate and a password. "
                + "Give both, or listen on a loopback address such as 127.0.0.1:8080.");
        }
        if (Pulse < TimeSpan.FromMilliseconds(100) || Pulse > TimeSpan.FromMinutes(1))
            throw new GatewaySettingsException("'pulse' is 100 ms to 1 min.");
    }
}

/// <summary>The gateway cannot start with these settings; the message names the key.</summary>
public sealed class GatewaySettingsException(string message) : Exception(message);
