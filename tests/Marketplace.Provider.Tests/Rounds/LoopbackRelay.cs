using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Tests.Rounds;

/// <summary>An HTTP relay on the loopback interface that does what a test says.</summary>
sealed class LoopbackRelay : IAsyncDisposable
{
    readonly WebApplication app;

    LoopbackRelay(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>How often it was asked.</summary>
    public int Asked;

    /// <summary>What the last request was for.</summary>
    public string? LastPath { get; private set; }

    public static async Task<LoopbackRelay> StartAsync(Func<HttpContext, ulong, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var relay = new LoopbackRelay(app);
        app.MapGet("{*path}", async context =>
        {
            Interlocked.Increment(ref relay.Asked);
            relay.LastPath = context.Request.Path;
            await answer(context, ulong.Parse(context.Request.Path.Value!.Split('/')[^1]));
        });
        await app.StartAsync();
        return relay;
    }

    /// <summary>One that knows the network's rounds, and answers 425 to others, as drand's do before a round is signed.</summary>
    public static Task<LoopbackRelay> ServingAsync(TestNetwork network) => StartAsync((context, round) =>
    {
        if (network.Find(round) is { } known)
            return context.Response.WriteAsync(Body(known));
        context.Response.StatusCode = 425;
        return Task.CompletedTask;
    });

    public static Task<LoopbackRelay> SayingAsync(string body) => StartAsync((context, _) => context.Response.WriteAsync(body));

    /// <summary>As drand's relays answer; 'randomness' is for whoever believes it.</summary>
    public static string Body(TestRound round) =>
        $$"""{"round":{{round.Round}},"randomness":"{{new string('0', 64)}}","signature":"{{round.Signature[2..]}}"}""";

    public async ValueTask DisposeAsync()
    {
        // An answer without end does not end by itself.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
