using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Security;

/// <summary>
/// A certificate in files that something renews: what is new in them is shown to whoever connects from then on, without a restart. Files that cannot be
/// used, such as a certificate whose key is not written yet, leave the one that is shown as it is, and are tried again.
/// </summary>
public sealed partial class RenewableCertificate : IDisposable
{
    readonly string certificateFile, keyFile;
    readonly TimeProvider time;
    readonly Lock renewing = new();
    volatile Shown shown;
    ServerCertificate? before;
    string? refused;

    RenewableCertificate(string certificateFile, string keyFile, TimeProvider time) =>
        (this.certificateFile, this.keyFile, this.time, shown) = (certificateFile, keyFile, time, Load(certificateFile, keyFile, time));

    /// <summary>The names that the first one was for.</summary>
    public IReadOnlyList<HostString> Names => shown.Certificate.Names;

    /// <summary>What is shown to whoever connects now.</summary>
    internal SslStreamCertificateContext Context => shown.Context;

    /// <inheritdoc cref="ServerCertificate.Load"/>
    /// <param name="certificateFile">The certificate, and those that lead to its authority after it.</param>
    /// <param name="keyFile">Its private key, without a passphrase, for its owner's eyes only.</param>
    /// <param name="time">It has to be good now, and each later one when it is taken.</param>
    public static RenewableCertificate Open(string certificateFile, string keyFile, TimeProvider time) => new(certificateFile, keyFile, time);

    /// <summary>Takes what is new in the files; each certificate that cannot be used is told once.</summary>
    /// <returns>Whether another one is shown now.</returns>
    internal bool Renew(ILogger log)
    {
        lock (renewing)
        {
            // By content: what renews may write in place, move files, or turn a link to others.
            string? found = null;
            try
            {
                found = HashOf(certificateFile);
                if (found == shown.Hash)
                    return false;
                var renewed = Load(certificateFile, keyFile, time);
                before?.Dispose();
                // Handshakes that have begun may still read it.
                before = shown.Certificate;
                (shown, refused) = (renewed, null);
                LogRenewed(log, renewed.Certificate.Leaf.NotAfter.ToUniversalTime());
                return true;
            }
            catch (Exception fault) when (fault is ServerCertificateException or IOException or UnauthorizedAccessException)
            {
                if (refused != (found ?? ""))
                    LogRefused(log, fault.Message);
                refused = found ?? "";
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        before?.Dispose();
        shown.Certificate.Dispose();
    }

    static Shown Load(string certificateFile, string keyFile, TimeProvider time)
    {
        var certificate = ServerCertificate.Load(certificateFile, keyFile, time.GetUtcNow());
        return new Shown(certificate, SslStreamCertificateContext.Create(certificate.Leaf, certificate.Chain, offline: true), HashOf(certificateFile));
    }

    static string HashOf(string file)
    {
        using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "The renewed certificate is shown from now on; it is good until {Until:u}.")]
    static partial void LogRenewed(ILogger log, DateTime until);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "The certificate's files changed, and cannot be used; the earlier certificate is still shown. {Reason}")]
    static partial void LogRefused(ILogger log, string reason);

    sealed record Shown(ServerCertificate Certificate, SslStreamCertificateContext Context, string Hash);
}
