using System.Globalization;
using Marketplace.Web.Wallets;

namespace Marketplace.Cli.Gateway;

/// <summary>What wallets are told about a chain.</summary>
internal static class ChainNames
{
    /// <param name="chainId">EIP-155.</param>
    /// <param name="endpoint">The user's own JSON-RPC endpoint. It may hold a secret; only one on this machine is offered to wallets.</param>
    public static ChainOffer OfferOf(ulong chainId, string endpoint) =>
        new(chainId, NameOf(chainId), Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.IsLoopback && address.UserInfo.Length == 0 ? address : null);

    static string NameOf(ulong chainId) => chainId switch
    {
        1 => "Ethereum",
        17_000 => "Holesky",
        560_048 => "Hoodi",
        31_337 => "the local network",
        11_155_111 => "Sepolia",
        _ => string.Create(CultureInfo.InvariantCulture, $"chain {chainId}"),
    };
}
