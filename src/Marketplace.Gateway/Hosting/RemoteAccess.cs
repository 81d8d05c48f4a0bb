using System.Net.Security;
using System.Security.Authentication;
using Marketplace.Gateway.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Marketplace.Gateway.Hosting;

/// <summary>How a gateway is reached from elsewhere: over TLS, by names of its own, by who knows a password.</summary>
/// <param name="Certificate">What it shows; stays the caller's.</param>
/// <param name="Names">Under which it is asked for, at least one; one without a port is answered under the port that it listens on.</param>
/// <param name="Password">What is asked of browsers.</param>
public sealed record RemoteAccess(RenewableCertificate Certificate, IReadOnlyList<HostString> Names, GatewayPassword Password)
{
    /// <summary>Where to open it.</summary>
    /// <param name="listening">The port that it listens on.</param>
    internal Uri AddressOf(int listening) => new UriBuilder(Uri.UriSchemeHttps, Names[0].Host, Names[0].Port ?? listening).Uri;

    /// <summary>Each connection is shown the certificate of its moment.</summary>
    internal void Encrypt(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Certificate.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    });
}
