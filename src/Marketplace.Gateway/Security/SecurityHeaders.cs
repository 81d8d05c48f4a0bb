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
        + "manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Refuses what the guard refuses, and gives every answer its headers.</summary>
    public static void UseSecurity(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Add(context.Response.Headers);
        if (RequestGuard.Check(context.Request) is not { } refusal)
        {
            await next(context);
            return;
        }
        context.Response.StatusCode = (int)refusal.Status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(refusal.Message, context.RequestAborted);
    });

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
