using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Transport;

/// <summary>
/// Pooled HTTP/1.1 connections to one provider. The TLS key must be the registered one; names, dates and issuers of the certificate mean
/// nothing,
/// and nothing that it links to is fetched.
/// </summary>
sealed class PinnedConnection : IDisposable
{
    readonly HttpClient client;

    public PinnedConnection(ProviderEndpoint provider, TransportOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.ConnectionsPerProvider,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = provider.Url.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    DisableCertificateDownloads = true,
                    RevocationMode = X509RevocationMode.NoCheck,
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    VerificationFlags = X509VerificationFlags.AllFlags,
                },
                RemoteCertificateValidationCallback = (_, certificate, _, _) => HasKey(certificate, provider.TlsKeyHash),
            },
        };
        client = new HttpClient(handler)
        {
            BaseAddress = provider.Url,
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Where the newest connection went to; null before the first.</summary>
    public IPAddress? RemoteAddress { get; private set; }

    /// <summary>Sends a request and returns as soon as the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Whether the certificate's public key has that hash, compared in constant time.</summary>
    internal static bool HasKey(X509Certificate? certificate, Hash256 tlsKeyHash)
    {
        if (certificate is not X509Certificate2 full)
            return false;
        Span<byte> actual = stackalloc byte[Hash256.Size], registered = stackalloc byte[Hash256.Size];
        SHA256.HashData(full.PublicKey.ExportSubjectPublicKeyInfo(), actual);
        tlsKeyHash.CopyTo(registered);
        return CryptographicOperations.FixedTimeEquals(actual, registered);
    }

    public void Dispose() => client.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            if (socket.RemoteEndPoint is IPEndPoint remote)
                RemoteAddress = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
