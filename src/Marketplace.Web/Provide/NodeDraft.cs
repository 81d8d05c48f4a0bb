using System.Text;
using Marketplace.Chain.Registry;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What an owner typed of its node.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="Signer">The account that it signs with.</param>
/// <param name="TlsKeyHash">The hash of its TLS key.</param>
/// <param name="Region">Two letters, or nothing.</param>
public sealed record NodeDraft(string Endpoint, string Signer, string TlsKeyHash, string Region)
{
    /// <summary>Of the local chain of development tools, where everything is on one machine.</summary>
    const ulong LocalChain = 31_337;

    /// <summary>The registry takes no more.</summary>
    const int LongestEndpoint = 256;

    /// <summary>Of the domain name system.</summary>
    const int LongestHost = 253;

    /// <summary>What is to be registered, or why it cannot be.</summary>
    /// <param name="metadata">What else is registered already.</param>
    public (ProviderParticulars? Wanted, string? Trouble) Read(string metadata)
    {
        var place = Region.Trim().ToUpperInvariant();
        var signer = Address.TryParse(Signer.Trim(), null, out var account) && account != Address.Zero;
        var hash = Hash256.TryParse(TlsKeyHash.Trim(), null, out var key) && key != Hash256.Zero;
        var trouble = EndpointTrouble(out var endpoint)
            ?? (!signer ? "The account is 0x and 40 hex digits."
                : !hash ? "The hash is 0x and 64 hex digits."
                : place.Length > 0 && Regions.PlaceOf(place) is null ? "The region is no known one: two letters of ISO 3166, such as DE." : null);
        return trouble is null ? (new ProviderParticulars(account, endpoint, key, place, metadata), null) : (null, trouble);
    }

    /// <summary>What speaks against it, though it can be registered.</summary>
    /// <param name="wanted">As it was read.</param>
    /// <param name="owner">Who registers it.</param>
    /// <param name="chainId">Where.</param>
    public static IEnumerable<string> WarningsOf(ProviderParticulars wanted, Address owner, ulong chainId)
    {
        if (chainId != LocalChain && new Uri(wanted.Endpoint).IsLoopback)
            yield return "The address is that of a machine for itself: nobody else can reach your node by it.";
        if (wanted.Operator == owner)
            yield return "The node would sign with your own account: who breaks into its machine then has your stake and your earnings, too. Give it an account of its own.";
    }

    string? EndpointTrouble(out string endpoint)
    {
        endpoint = "";
        var text = Endpoint.Trim();
        if (!text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "The node’s address begins with https://.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
            return HostIsTooLong(text) ? $"The host’s name is too long: at most {LongestHost} characters, and 63 between two points." : "The node’s address is https://host:port.";
        if (address.UserInfo.Length > 0)
            return "The node’s address names a user: leave out what stands before the @.";
        if (address.PathAndQuery != "/" || address.Fragment.Length > 0)
            return "The node’s address ends with its port: leave out the path and what follows.";
        endpoint = address.GetLeftPart(UriPartial.Authority);
        return address.IdnHost.Length > LongestHost || Encoding.UTF8.GetByteCount(endpoint) > LongestEndpoint
            ? $"The host’s name is too long: at most {LongestHost} characters, and 63 between two points." : null;
    }

    static bool HostIsTooLong(string text)
    {
        var host = text["https://".Length..].Split('/', ':', '?', '#')[0];
        return host.Length > LongestHost || host.Split('.').Any(label => label.Length > 63);
    }
}
