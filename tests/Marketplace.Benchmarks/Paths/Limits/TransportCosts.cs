using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Provider.Transfer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>
/// Kestrel and HttpClient over loopback with TLS 1.3, tuned as a node is, both in this process: bodies of the size of usual fragments that nobody
/// looks at. Measured when the code is compiled for good.
/// </summary>
sealed record TransportCosts(double Sending, double Receiving)
{
    const int Body = 2 << 20, Piece = 256 << 10, AtOnce = 4, WarmUps = 100;

    /// <summary>Bytes that the server has taken, and given, before it is measured.</summary>
    public const long WarmUpBytes = (long)Body * AtOnce * WarmUps;

    public static async Task<TransportCosts> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(cancellationToken);
        using var client = Client(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var bytes = RandomNumberGenerator.GetBytes(Body);
        return new TransportCosts(
            await CostAsync(() => SendAsync(client, bytes, cancellationToken)), await CostAsync(() => ReceiveAsync(client, cancellationToken)));
    }

    static async Task<double> CostAsync(Func<Task> transfer)
    {
        for (var i = 0; i < WarmUps; i++)
            await SomeAsync();
        return await Cost.OfAsync((long)Body * AtOnce, SomeAsync);

        Task SomeAsync() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => transfer()));
    }

    static async Task SendAsync(HttpClient client, byte[] bytes, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(bytes);
        using var answer = await client.PostAsync("/", content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    static async Task ReceiveAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Piece];
        while (await body.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    static async Task<WebApplication> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        builder.WebHost.UseSockets(TransferServer.Tune).ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(Certificate());
        }));
        var app = builder.Build();
        app.MapPost("/", DiscardAsync);
        app.MapGet("/", GiveAsync);
        await app.StartAsync(cancellationToken);
        return app;
    }

    static async Task DiscardAsync(HttpContext http)
    {
        var buffer = new byte[Piece];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) > 0)
        {
        }
    }

    static async Task GiveAsync(HttpContext http)
    {
        var buffer = new byte[Piece];
        http.Response.ContentLength = Body;
        for (var at = 0; at < Body; at += Piece)
            await http.Response.Body.WriteAsync(buffer, http.RequestAborted);
    }

    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    static HttpClient Client(string address) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    })
    {
        BaseAddress = new Uri(address),
    };
}
