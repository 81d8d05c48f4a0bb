using Marketplace.Application.Live;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Gateway.Hosting;

/// <summary>Keeps the pulse for as long as the gateway runs.</summary>
internal sealed class PulseService(MarketPulse pulse) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await pulse.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }
}
