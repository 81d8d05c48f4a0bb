using System.Net;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Keeps other users of this machine out: whoever can reach the port still needs the secret, which only the terminal that started the gateway shows. A
/// browser shows it once, in the address that it is started with, and has a cookie from then on that ends with the browser, unless its user asks otherwise.
/// </summary>
/// <param name="file">Where sessions are written down; null where they end with the gateway.</param>
/// <param name="time">The clock.</param>
internal sealed class StartSecret(SessionFile? file, TimeProvider time) : IVisitorGuard, IDisposable
{
    /// <summary>Where the secret is shown: GET /start?key=SECRET.</summary>
    public const string StartPath = "/start";

    /// <summary>POST makes the session outlive the browser's, for 30 days.</summary>
    public const string StayPath = "/start/stay";

    /// <summary>POST makes the browser forget the session.</summary>
    public const string LeavePath = "/start/leave";

    /// <summary>The page whose forms these are.</summary>
    const string FormPage = "/vault";

    static readonly TimeSpan WantedFor = TimeSpan.FromMinutes(10);

    readonly string secret = SecretText.Create();
    readonly SignedInSessions sessions = new(file, time);

    /// <summary>The address to start with, below the gateway's own. Whoever knows it may use the gateway.</summary>
    public string StartPathAndQuery => $"{StartPath}?key={secret}";

    /// <inheritdoc/>
    public CancellationToken? Admit(HttpRequest request) => Shown(request) is { } token ? sessions.Find(token) : null;

    /// <inheritdoc/>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value is StayPath or LeavePath && Admit(context.Request) is not null)
        {
            var token = Shown(context.Request)!;
            if (context.Request.Path == StayPath)
                Stay(context, token);
            else
                Leave(context, token);
            Redirect(context, FormPage);
            return true;
        }
        if (context.Request.Path != StartPath)
            return false;
        if (context.Request.Query["key"] is not [{ } shown] || !SecretText.IsEqual(shown, secret))
        {
            await TurnAwayAsync(context);
            return true;
        }
        // Another session of this browser ends with it.
        if (Shown(context.Request) is { } former)
            sessions.End(former);
        Remember(context, sessions.Begin(SignedInSessions.LongLife), life: null);
        // Out of the address bar, and out of the history.
        Redirect(context, TakeWanted(context));
        return true;
    }

    /// <inheritdoc/>
    public Task TurnAwayAsync(HttpContext context)
    {
        NoteWanted(context);
        return PlainPage.WriteAsync(
            context, HttpStatusCode.Unauthorized, "Not started here",
            """
            <h1>This browser was not started with the gateway’s address</h1>
            <p class="lead">Open the address that <code>marketplace gateway run</code> (or <code>npm start</code>) printed in its terminal. It holds a secret that
            keeps other users of this machine out, and is new with each start.</p>
            """);
    }

    /// <inheritdoc/>
    public void Dispose() => sessions.Dispose();

    /// <summary>The address to start with is printed already, and cannot name the page that is wanted: the browser keeps that for the while.</summary>
    static void NoteWanted(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/html")
            && ReturnPath.Of(context.Request) is var wanted && wanted != ReturnPath.Start)
            context.Response.Cookies.Append(ReturnCookieOf(context.Request), wanted, Cookie(WantedFor));
    }

    static string TakeWanted(HttpContext context)
    {
        if (context.Request.Cookies[ReturnCookieOf(context.Request)] is not { } wanted)
            return ReturnPath.Start;
        context.Response.Cookies.Delete(ReturnCookieOf(context.Request), Cookie(life: null));
        return ReturnPath.Check(wanted);
    }

    void Stay(HttpContext context, string token)
    {
        sessions.Prolong(token, SignedInSessions.LongLife);
        Remember(context, token, SignedInSessions.LongLife);
    }

    void Leave(HttpContext context, string token)
    {
        sessions.End(token);
        context.Response.Cookies.Delete(CookieOf(context.Request), Cookie(life: null));
    }

    static string? Shown(HttpRequest request) => request.Cookies[CookieOf(request)];

    static void Remember(HttpContext context, string token, TimeSpan? life) => context.Response.Cookies.Append(CookieOf(context.Request), token, Cookie(life));

    /// <summary>Over plain HTTP on this machine's own address a cookie cannot be Secure.</summary>
    static CookieOptions Cookie(TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        IsEssential = true,
        MaxAge = life,
    };

    static void Redirect(HttpContext context, string to)
    {
        context.Response.StatusCode = (int)HttpStatusCode.SeeOther;
        context.Response.Headers.Location = to;
    }

    /// <summary>Browsers send cookies to all ports of a host, so that two gateways on one machine need names of their own.</summary>
    static string CookieOf(HttpRequest request) => $"marketplace-{request.HttpContext.Connection.LocalPort}";

    static string ReturnCookieOf(HttpRequest request) => $"{CookieOf(request)}-return";
}
