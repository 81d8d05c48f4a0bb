using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Provider.Transfer;

/// <summary>
/// The node's TLS key and a certificate around it. Consumers pin the SHA-256 of the public key that the registry holds, so the certificate's
/// name, dates and issuer mean nothing: it is made anew at each start, and only the key is kept.
/// </summary>
public sealed class TlsIdentity : IDisposable
{
    /// <summary>The key's file in the node's folder.</summary>
    public const string FileName = "tls.key";

    TlsIdentity(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate with its private key, for the server.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo (32 bytes): what the registry holds.</summary>
    public byte[] PublicKeyHash => SHA256.HashData(Certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>Makes a new ECDSA P-256 key in a folder, readable by its owner only.</summary>
    /// <exception cref="IOException">There is a key already.</exception>
    public static TlsIdentity Create(string folder, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportPkcs8PrivateKeyPem();
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new StreamWriter(Path.Combine(folder, FileName), options))
            file.Write(pem);
        return new TlsIdentity(Certify(key, time));
    }

    /// <summary>Reads the key that <see cref="Create"/> made.</summary>
    /// <exception cref="FileNotFoundException">The folder has none.</exception>
    /// <exception cref="CryptographicException">The file is not a private key.</exception>
    public static TlsIdentity Load(string folder, TimeProvider time)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(Path.Combine(folder, FileName)));
        }
        catch (ArgumentException notPem)
        {
            throw new CryptographicException($"{FileName} holds no private key in PEM form.", notPem);
        }
        return new TlsIdentity(Certify(key, time));
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    static X509Certificate2 Certify(ECDsa key, TimeProvider time)
    {
        var request = new CertificateRequest("CN=storage-provider", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }
}
