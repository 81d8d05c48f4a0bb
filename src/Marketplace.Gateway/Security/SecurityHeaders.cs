using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>What the browser is told about what pages may do.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Scripts, styles, fonts and connections of this gateway only. Attributes may set styles, since virtual lists and charts place their parts by them;
    /// they cannot load anything that images may not. Wallets' icons come as data (EIP-6963).
    /// </summary>
    const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "media-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>What is shown to browsers that were not started with the secret; it loads nothing that is not public.</summary>
    const string UnknownBrowser =
        """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Not started here · Storage Marketplace</title><link rel="stylesheet" href="/assets/app.css"></head>
        <body><main><h1>This browser was not started with the gateway’s address</h1>
        <p class="lead">Open the address that <code>marketplace gateway run</code> (or <code>npm start</code>) printed in its terminal. It holds a secret that
        keeps other users of this machine out, and is new with each start.</p></main></body></html>
        """;

    /// <summary>Refuses what the guards refuse, and gives every answer its headers.</summary>
    public static void UseSecurity(this IApplicationBuilder app, SessionGuard sessions) => app.Use(async (context, next) =>
    {
        Add(context.Response.Headers);
        if (RequestGuard.Check(context.Request) is { } refusal)
        {
            context.Response.StatusCode = (int)refusal.Status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(refusal.Message, context.RequestAborted);
            return;
        }
        if (context.Request.Path == SessionGuard.StartPath)
            sessions.Start(context);
        else if (sessions.Knows(context.Request) || IsPublic(context.Request))
        {
            await next(context);
            return;
        }
        else
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        if (context.Response.StatusCode != (int)HttpStatusCode.Unauthorized)
            return;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(UnknownBrowser, context.RequestAborted);
    });

    /// <summary>What everybody can download with the program is no secret; browsers ask for the manifest without cookies.</summary>
    static bool IsPublic(HttpRequest request) => request.Path.StartsWithSegments("/assets");

    static void Add(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
    }
}
