using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Keeps other users of this machine out: whoever can reach the port still needs the secret, which only the terminal that started the gateway shows. A
/// browser shows it once, in the address that it is started with, and has a cookie from then on that ends with the browser.
/// </summary>
internal sealed class SessionGuard
{
    /// <summary>Where the secret is shown: GET /start?key=SECRET.</summary>
    public const string StartPath = "/start";

    const int SecretSize = 32;

    readonly byte[] secret = Encoding.ASCII.GetBytes(NewSecret());
    readonly byte[] session = Encoding.ASCII.GetBytes(NewSecret());

    /// <summary>The address to start with, below the gateway's own. Whoever knows it may use the gateway.</summary>
    public string StartPathAndQuery => $"{StartPath}?key={Encoding.ASCII.GetString(secret)}";

    /// <summary>Whether a request is one of a browser that was started with the secret.</summary>
    public bool Knows(HttpRequest request) => request.Cookies[CookieOf(request)] is { } shown && IsEqual(shown, session);

    /// <summary>Answers a request for <see cref="StartPath"/>: with the cookie, when it shows the secret.</summary>
    public void Start(HttpContext context)
    {
        if (context.Request.Query["key"] is not [{ } shown] || !IsEqual(shown, secret))
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }
        // Over plain HTTP on this machine's own address a cookie cannot be Secure.
        context.Response.Cookies.Append(CookieOf(context.Request), Encoding.ASCII.GetString(session), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            IsEssential = true,
        });
        // Out of the address bar, and out of the history.
        context.Response.StatusCode = (int)HttpStatusCode.SeeOther;
        context.Response.Headers.Location = "/";
    }

    /// <summary>Browsers send cookies to all ports of a host, so that two gateways on one machine need names of their own.</summary>
    static string CookieOf(HttpRequest request) => $"marketplace-{request.HttpContext.Connection.LocalPort}";

    static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretSize));

    static bool IsEqual(string shown, byte[] expected) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), expected);
}
