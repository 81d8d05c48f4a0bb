using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Gateway.Security;

/// <summary>Lets in who knows the password, over TLS, and slows down who does not.</summary>
/// <param name="password">The password.</param>
/// <param name="file">Where sessions are written down; null where they end with the gateway.</param>
/// <param name="time">The clock.</param>
internal sealed class SignIn(GatewayPassword password, SessionFile? file, TimeProvider time) : IVisitorGuard, IDisposable
{
    /// <summary>GET shows the form, POST takes it.</summary>
    public const string SignInPath = "/sign-in";

    /// <summary>POST ends the session.</summary>
    public const string SignOutPath = "/sign-out";

    const string PasswordField = "password", StayField = "stay";
    const int MostFormBytes = 16 << 10;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly SignedInSessions sessions = new(file, time);
    readonly SignInLimiter limiter = new(time);

    /// <summary>Each try takes memory and a processor for a moment.</summary>
    readonly SemaphoreSlim oneByOne = new(1);

    /// <inheritdoc/>
    public CancellationToken? Admit(HttpRequest request) => request.Cookies[CookieOf(request)] is { } shown ? sessions.Find(shown) : null;

    /// <inheritdoc/>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        if (context.Request.Path == SignOutPath && HttpMethods.IsPost(context.Request.Method))
        {
            if (context.Request.Cookies[CookieOf(context.Request)] is { } shown)
                sessions.End(shown);
            context.Response.Cookies.Delete(CookieOf(context.Request), Cookie(life: null));
            Redirect(context, SignInPath);
            return true;
        }
        if (context.Request.Path != SignInPath)
            return false;
        if (HttpMethods.IsPost(context.Request.Method))
            await TakeAsync(context);
        else if (Admit(context.Request) is not null)
            Redirect(context, ReturnPath.AskedBy(context.Request));
        else
            await AskAsync(context, HttpStatusCode.OK, "");
        return true;
    }

    /// <inheritdoc/>
    public Task TurnAwayAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/html"))
        {
            Redirect(context, AddressOf(ReturnPath.Of(context.Request)));
            return Task.CompletedTask;
        }
        context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        sessions.Dispose();
        oneByOne.Dispose();
    }

    async Task TakeAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostFormBytes;
        if (await ReadAsync(context) is not { } form)
        {
            await AskAsync(context, HttpStatusCode.BadRequest, "This form was too old. Try again.");
            return;
        }
        switch (await TryAsync(form[PasswordField].ToString(), context.Connection.RemoteIpAddress, context.RequestAborted))
        {
            case { Ticks: 0 }:
                Begin(context, isKept: form.ContainsKey(StayField));
                break;
            case { } wait:
                var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                context.Response.Headers.RetryAfter = seconds;
                await AskAsync(context, HttpStatusCode.TooManyRequests, $"There were too many tries. Try again in {seconds} seconds.");
                break;
            case null:
                await AskAsync(context, HttpStatusCode.Unauthorized, "That is not the password.");
                break;
        }
    }

    /// <summary>The form, when it is one of this gateway's own; null for any other.</summary>
    static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType && await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context)
                ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        }
        catch (Exception malformed) when (malformed is BadHttpRequestException or InvalidDataException or AntiforgeryValidationException)
        {
            return null;
        }
    }

    /// <summary>One try after the other, so that nobody gets more of them by sending many at once.</summary>
    /// <returns>Nothing to wait for when it is the password; null when it is not; else how long to wait before it is looked at.</returns>
    async Task<TimeSpan?> TryAsync(string shown, IPAddress? address, CancellationToken cancellationToken)
    {
        if (!await oneByOne.WaitAsync(Patience, cancellationToken))
            return Patience;
        try
        {
            if (limiter.WaitOf(address) is { Ticks: > 0 } wait)
                return wait;
            if (!await Task.Run(() => password.Matches(shown), CancellationToken.None))
            {
                limiter.Fail(address);
                return null;
            }
            limiter.Succeed(address);
            return TimeSpan.Zero;
        }
        finally
        {
            oneByOne.Release();
        }
    }

    void Begin(HttpContext context, bool isKept)
    {
        // Another session of this browser ends with it.
        if (context.Request.Cookies[CookieOf(context.Request)] is { } former)
            sessions.End(former);
        var token = sessions.Begin(isKept ? SignedInSessions.LongLife : SignedInSessions.ShortLife);
        context.Response.Cookies.Append(CookieOf(context.Request), token, Cookie(isKept ? SignedInSessions.LongLife : null));
        Redirect(context, ReturnPath.AskedBy(context.Request));
    }

    static Task AskAsync(HttpContext context, HttpStatusCode status, string trouble)
    {
        var token = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return PlainPage.WriteAsync(
            context, status, "Sign in",
            $"""
            <section class="card narrow"><h1>Storage Marketplace</h1>
            <p class="quiet">This gateway holds somebody’s vault. Its password is the one that <code>marketplace gateway run</code> was started with.</p>
            <form class="form" method="post" action="{AddressOf(ReturnPath.AskedBy(context.Request))}">
            <input type="hidden" name="{token.FormFieldName}" value="{token.RequestToken}">
            <label class="field"><span>Password</span><input type="password" name="{PasswordField}" required autofocus autocomplete="current-password" maxlength="{GatewayPassword.LongestLength}"></label>
            <label class="check"><input type="checkbox" name="{StayField}"> Stay signed in on this device for 30 days</label>
            <p role="alert" class="trouble">{trouble}</p>
            <button type="submit" class="button button-primary">Sign in</button>
            </form></section>
            """);
    }

    /// <summary>Of this form; safe to stand in markup.</summary>
    static string AddressOf(string returnPath) => returnPath == ReturnPath.Start ? SignInPath : $"{SignInPath}?{ReturnPath.Key}={Uri.EscapeDataString(returnPath)}";

    static void Redirect(HttpContext context, string to)
    {
        context.Response.StatusCode = (int)HttpStatusCode.SeeOther;
        context.Response.Headers.Location = to;
    }

    /// <summary>Bound to this host by its prefix: no other host, and no plain connection, can set or see it.</summary>
    static string CookieOf(HttpRequest request) => $"__Host-marketplace-{request.HttpContext.Connection.LocalPort}";

    static CookieOptions Cookie(TimeSpan? life) => new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        IsEssential = true,
        MaxAge = life,
    };
}
