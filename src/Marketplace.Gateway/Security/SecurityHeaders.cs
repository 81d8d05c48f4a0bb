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
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "media-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>A year. Only browsers that came by a name, and over TLS, heed it.</summary>
    const string AlwaysEncrypted = "max-age=31536000";

    /// <summary>Refuses what the guards refuse, and gives every answer its headers.</summary>
    public static void UseSecurity(this IApplicationBuilder app, RequestGuard guard, IVisitorGuard visitors) => app.Use(async (context, next) =>
    {
        Add(context.Response.Headers, context.Request.IsHttps);
        if (guard.Check(context.Request) is { } refusal)
        {
            context.Response.StatusCode = (int)refusal.Status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(refusal.Message, context.RequestAborted);
        }
        else if (await visitors.TryAnswerAsync(context))
        {
            return;
        }
        else if (visitors.Admit(context.Request) is { } ended)
        {
            // A live connection ends with the session that it was opened in.
            using var end = ended.Register(context.Abort);
            await next(context);
        }
        else if (IsPublic(context.Request))
            await next(context);
        else
            await visitors.TurnAwayAsync(context);
    });

    /// <summary>What everybody can download with the program is no secret; browsers ask for the manifest without cookies.</summary>
    static bool IsPublic(HttpRequest request) => request.Path.StartsWithSegments("/assets");

    static void Add(IHeaderDictionary headers, bool isEncrypted)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not "no-referrer": browsers then say of their own forms that they come from nowhere.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
        if (isEncrypted)
            headers.StrictTransportSecurity = AlwaysEncrypted;
    }
}
