using Marketplace.Application.Transfers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Hosting;

/// <summary>Stores what browsers handed over, for as long as the gateway runs.</summary>
internal sealed partial class TransferService(TransferQueue queue) : BackgroundService
{
    /// <summary>Writes down what nobody foresaw.</summary>
    internal static Action<Guid, Exception> LoggerOf(ILogger log) => (id, fault) => LogFault(log, id, fault);

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

    [LoggerMessage(EventId = 6101, Level = LogLevel.Error, Message = "The transfer {Id} failed; the others go on.")]
    static partial void LogFault(ILogger log, Guid id, Exception fault);
}
