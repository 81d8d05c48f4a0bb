using Marketplace.Application.Live;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Gateway.Hosting;

/// <summary>Keeps what is on offer, and how fast it answers, for as long as the gateway runs.</summary>
internal sealed class BoardService(MarketBoard board, LatencyBoard latencies) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(board.RunAsync(stoppingToken), latencies.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }
}
