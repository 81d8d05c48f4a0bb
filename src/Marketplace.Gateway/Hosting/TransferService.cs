using Marketplace.Application.Transfers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Hosting;

/// <summary>Stores what browsers handed over, for as long as the gateway runs.</summary>
internal sealed partial class TransferService(TransferQueue queue) : BackgroundService
{
    /// <summary>Writes down what nobody foresaw.</summary>
    internal static Action<Guid?, Exception> LoggerOf(ILogger log) => (id, fault) =>
    {
        if (id is { } failed)
            LogFault(log, failed, fault);
        else
            LogUnnoted(log, fault.Message);
    };

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

    [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "The note of what is not stored yet cannot be read or written: what was on its way when the gateway ended is not said to be missing. {Reason}")]
    static partial void LogUnnoted(ILogger log, string reason);
}
