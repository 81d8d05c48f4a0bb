using System.Net.Http.Headers;
using System.Text;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// The address of a JSON-RPC node. Paths, queries and user information often are the customer's secret, so only scheme, host and port ever
/// appear in text.
/// </summary>
public sealed class RpcEndpoint
{
    RpcEndpoint(Uri target, AuthenticationHeaderValue? authorization) => (Target, Authorization) = (target, authorization);

    internal Uri Target { get; }

    internal AuthenticationHeaderValue? Authorization { get; }

    /// <summary>Reads an absolute http or https URL; <c>user:password@</c> becomes HTTP basic authentication.</summary>
    /// <exception cref="FormatException">Not such a URL. The message does not repeat the text.</exception>
    public static RpcEndpoint Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new FormatException("A chain endpoint is an absolute http:// or https:// URL.");
        if (uri.UserInfo.Length == 0)
            return new RpcEndpoint(uri, null);
        var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo));
        var bare = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        return new RpcEndpoint(bare, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials)));
    }

    /// <summary>Scheme, host and port.</summary>
    public override string ToString() =>
        Target.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port, UriFormat.UriEscaped);
}
