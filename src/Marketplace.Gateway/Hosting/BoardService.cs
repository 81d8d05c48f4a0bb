using Marketplace.Application.Live;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Gateway.Hosting;

/// <summary>Keeps what is on offer, how fast it answers, and what there was, for as long as the gateway runs.</summary>
internal sealed class BoardService(MarketBoard board, LatencyBoard latencies, NetworkBoard network) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(board.RunAsync(stoppingToken), latencies.RunAsync(stoppingToken), network.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }
}
