using Marketplace.Application.Transfers;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Gateway.Hosting;

/// <summary>Stores what browsers handed over, for as long as the gateway runs.</summary>
internal sealed class TransferService(TransferQueue queue) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await queue.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }
}
