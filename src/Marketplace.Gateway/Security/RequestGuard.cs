using System.Net;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Keeps other sites out. A page of another site can send requests to this machine's own address, under a name of its own that it makes point here (DNS
/// rebinding) or directly (cross-site request forgery): so the host has to be this gateway's own name, and whoever sends anything but a plain question
/// has to come from this gateway's own pages.
/// </summary>
internal static class RequestGuard
{
    static readonly string[] Names = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>Why a request is refused; null when it may pass.</summary>
    public static Refusal? Check(HttpRequest request)
    {
        if (request.Headers.Host.Count != 1 || !IsOwnName(request.Host, request.HttpContext.Connection.LocalPort))
            return new Refusal(HttpStatusCode.MisdirectedRequest, "This gateway answers only to its own name on this machine.");
        var asksOnly = IsPlainQuestion(request);
        return request.Headers.Origin switch
        {
            [] when asksOnly => CheckSite(request, asksOnly),
            [] => new Refusal(HttpStatusCode.Forbidden, "Requests that change something come from the gateway's own pages."),
            [var origin] when origin == "http://" + request.Host.Value => CheckSite(request, asksOnly),
            _ => new Refusal(HttpStatusCode.Forbidden, "Other sites may not use this gateway."),
        };
    }

    static bool IsOwnName(HostString host, int port) =>
        Names.Contains(host.Host, StringComparer.OrdinalIgnoreCase) && (host.Port ?? 80) == port;

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
