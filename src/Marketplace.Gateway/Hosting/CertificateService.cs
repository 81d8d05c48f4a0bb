using Marketplace.Gateway.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Hosting;

/// <summary>Takes renewed certificates, for as long as the gateway runs.</summary>
internal sealed class CertificateService(RenewableCertificate certificate, TimeProvider time, ILogger<CertificateService> log) : BackgroundService
{
    /// <summary>Certificates are renewed days before they end; a stolen one is replaced within this.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                certificate.Renew(log);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }
}
