using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>A certificate with its key, and those between it and its authority.</summary>
public sealed class ServerCertificate : IDisposable
{
    ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection chain) => (Leaf, Chain) = (leaf, chain);

    /// <summary>The one that is shown.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Those that lead from it to an authority.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The names that it is for; names with a star are for hosts that it does not name, and left out.</summary>
    public IReadOnlyList<HostString> Names
    {
        get
        {
            var names = Leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
            return names is null ? [] :
            [
                .. names.EnumerateDnsNames().Where(name => !name.Contains('*', StringComparison.Ordinal)).Select(name => new HostString(name)),
                .. names.EnumerateIPAddresses().Select(address => new HostString(address.ToString() is var text && text.Contains(':', StringComparison.Ordinal) ? $"[{text}]" : text)),
            ];
        }
    }

    /// <summary>Reads what certbot, acme.sh and openssl write: PEM files.</summary>
    /// <param name="certificateFile">The certificate, and those that lead to its authority after it.</param>
    /// <param name="keyFile">Its private key, without a passphrase, for its owner's eyes only.</param>
    /// <param name="now">It has to be good at this time.</param>
    /// <exception cref="ServerCertificateException">They cannot be used; the message says why, and holds nothing of the key.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile, DateTimeOffset now)
    {
        RequirePrivate(keyFile);
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPemFile(certificateFile);
            var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            if (now < leaf.NotBefore.ToUniversalTime() || now > leaf.NotAfter.ToUniversalTime())
            {
                throw new ServerCertificateException(
                    $"The certificate {certificateFile} is good from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}; renew it.");
            }
            chain.RemoveAt(0);
            return new ServerCertificate(leaf, chain);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or AsnContentException)
        {
            throw new ServerCertificateException(
                $"{certificateFile} and {keyFile} have to be a certificate and its private key without a passphrase, in PEM; they cannot be read as that.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Leaf.Dispose();
        foreach (var certificate in Chain)
            certificate.Dispose();
    }

    static void RequirePrivate(string keyFile)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!File.Exists(keyFile))
            throw new ServerCertificateException($"The key file {keyFile} does not exist.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyFile) & Others) != 0)
            throw new ServerCertificateException($"Others can read the private key {keyFile}; take that from them: chmod 600 {keyFile}");
    }
}

/// <summary>A certificate or its key cannot be used.</summary>
public sealed class ServerCertificateException(string message) : Exception(message);
