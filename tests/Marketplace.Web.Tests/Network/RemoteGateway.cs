using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Gateway.Hosting;
using Marketplace.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Web.Tests.Network;

/// <summary>A gateway as others reach it: over TLS with a certificate of its own making, with a password.</summary>
sealed class RemoteGateway : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    readonly string folder;
    readonly RenewableCertificate certificate;

    RemoteGateway(string folder, RenewableCertificate certificate, GatewayHost host) => (this.folder, this.certificate, Host) = (folder, certificate, host);

    public GatewayHost Host { get; }

    /// <summary>Where its certificate and key lie.</summary>
    public string Folder => folder;

    /// <summary>What it shows.</summary>
    public RenewableCertificate Certificate => certificate;

    /// <summary>Where it is asked for.</summary>
    public Uri Address => Host.Address;

    /// <summary>Where it listens.</summary>
    public int Port => Host.Port;

    /// <summary>All addresses of this machine, on a free port; asked for as localhost.</summary>
    public static async Task<RemoteGateway> StartAsync(MarketFixture chain, params IReadOnlyList<HostString> names)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-remote-").FullName;
        WriteCertificate(folder, DateTimeOffset.UtcNow.AddDays(30));
        var certificate = RenewableCertificate.Open(Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"), TimeProvider.System);
        var host = await TestGateway.StartAsync(chain.Market, options => options with
        {
            Listen = new IPEndPoint(IPAddress.Any, 0),
            Remote = new RemoteAccess(certificate, names.Count > 0 ? names : certificate.Names, new GatewayPassword(Password)),
        });
        return new RemoteGateway(folder, certificate, host);
    }

    /// <summary>A certificate for localhost, 127.0.0.1 and *.example.org and its key, for their owner's eyes.</summary>
    public static void WriteCertificate(string folder, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.example.org");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(until.AddDays(-60), until);
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        var file = Path.Combine(folder, "key.pem");
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
