using System.Net;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Keeps other sites out. A page of another site can send requests to this gateway's address, under a name of its own that it makes point here (DNS
/// rebinding) or directly (cross-site request forgery): so the host has to be one of this gateway's own names, and whoever sends anything but a plain
/// question has to come from this gateway's own pages.
/// </summary>
/// <param name="names">Its own names: hosts, those of IPv6 in brackets. One with a port is answered under that port only, others under the gateway's own.</param>
/// <param name="isEncrypted">Whether it serves over TLS.</param>
internal sealed class RequestGuard(IReadOnlyList<HostString> names, bool isEncrypted)
{
    /// <summary>The names of a gateway that only this machine reaches.</summary>
    public static IReadOnlyList<HostString> OfThisMachine { get; } = [new("127.0.0.1"), new("localhost"), new("[::1]")];

    /// <summary>Why a request is refused; null when it may pass.</summary>
    public Refusal? Check(HttpRequest request)
    {
        if (request.Headers.Host.Count != 1 || !IsOwnName(request.Host, request.HttpContext.Connection.LocalPort))
            return new Refusal(HttpStatusCode.MisdirectedRequest, "This gateway answers only to its own name.");
        var asksOnly = IsPlainQuestion(request);
        return request.Headers.Origin switch
        {
            [] when asksOnly => CheckSite(request, asksOnly),
            [] => new Refusal(HttpStatusCode.Forbidden, "Requests that change something come from the gateway's own pages."),
            [var origin] when origin == (isEncrypted ? "https://" : "http://") + request.Host.Value => CheckSite(request, asksOnly),
            _ => new Refusal(HttpStatusCode.Forbidden, "Other sites may not use this gateway."),
        };
    }

    bool IsOwnName(HostString host, int listening)
    {
        var (standard, asked) = (isEncrypted ? 443 : 80, host.Host);
        return names.Any(name => string.Equals(name.Host, asked, StringComparison.OrdinalIgnoreCase) && (host.Port ?? standard) == (name.Port ?? listening));
    }

    /// <summary>What the browser says about where the request comes from; other clients say nothing.</summary>
    static Refusal? CheckSite(HttpRequest request, bool asksOnly) => request.Headers["Sec-Fetch-Site"] switch
    {
        [] or ["same-origin"] or ["none"] => null,
        // A link on another site may lead here.
        _ when asksOnly && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document" => null,
        _ => new Refusal(HttpStatusCode.Forbidden, "Other sites may not use this gateway."),
    };

    static bool IsPlainQuestion(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.HttpContext.WebSockets.IsWebSocketRequest
            && !request.Headers.ContainsKey("Upgrade");

    /// <summary>An answer instead of what was asked for.</summary>
    public sealed record Refusal(HttpStatusCode Status, string Message);
}
