using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Transport;

/// <summary>Where a provider's node is and how it is recognised, as the registry on chain says.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Operator">The node's key, which countersigns revisions.</param>
/// <param name="Url"><c>https://host:port</c>, without user, path or query.</param>
/// <param name="TlsKeyHash">SHA-256 of the TLS key's SubjectPublicKeyInfo.</param>
public sealed record ProviderEndpoint(Address Provider, Address Operator, Uri Url, Hash256 TlsKeyHash)
{
    /// <summary>Reads a registered endpoint; null for anything but <c>https://host:port</c>, which anybody may have registered.</summary>
    public static ProviderEndpoint? TryCreate(Address provider, Address operatorKey, string url, Hash256 tlsKeyHash) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https", UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
        && uri.Host.Length > 0
            ? new ProviderEndpoint(provider, operatorKey, new Uri(uri.GetLeftPart(UriPartial.Authority)), tlsKeyHash)
            : null;
}
