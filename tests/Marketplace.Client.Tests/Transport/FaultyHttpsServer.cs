using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Tests.Transport;

/// <summary>Answers each request on loopback with whatever bytes a test says, and can stop in the middle.</summary>
sealed class FaultyHttpsServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly X509Certificate2 certificate;
    readonly Func<string, Stream, CancellationToken, Task> answer;
    readonly Task accepting;

    /// <param name="answer">Gets the request's head and the connection.</param>
    public FaultyHttpsServer(Func<string, Stream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=other.invalid", key, HashAlgorithmName.SHA256);
        // Long over and for another name: only the key counts.
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        TlsKeyHash = new Hash256(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        listener.Start();
        accepting = AcceptAsync();
    }

    public Hash256 TlsKeyHash { get; }

    public string Url => $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public static Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    public static Task WriteJsonAsync(Stream stream, int status, string json, CancellationToken cancellationToken) =>
        WriteAsync(stream, $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        certificate.Dispose();
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over: stopping the listener ends the wait in one of these ways.
            await Task.WhenAll(served);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var tls = new SslStream(client.GetStream()))
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
                while (await ReadHeadAsync(tls) is { Length: > 0 } head)
                    await answer(head, tls, stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away or the test is over.
        }
    }

    async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
                return head.ToString();
        }
        return "";
    }
}
