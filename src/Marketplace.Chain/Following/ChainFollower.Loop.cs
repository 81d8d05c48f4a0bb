using Marketplace.Ethereum.JsonRpc;
using Microsoft.Extensions.Logging;

namespace Marketplace.Chain.Following;

public sealed partial class ChainFollower
{
    /// <summary>
    /// Follows until cancelled. Survives faults of the endpoint by waiting longer and longer; ends with an exception only where going on
    /// would be wrong.
    /// </summary>
    /// <param name="observers">Told after each commit, in order, and once at the start.</param>
    /// <param name="cancellationToken">Ends the loop, between steps or while waiting.</param>
    /// <exception cref="WrongChainException">The endpoint serves another chain: nothing is applied any more.</exception>
    /// <exception cref="FollowerDatabaseMismatchException">The database belongs to another chain or market.</exception>
    public async Task RunAsync(IReadOnlyList<IChainObserver> observers, CancellationToken cancellationToken)
    {
        var faults = 0;
        if (GetPosition() is { } position)
            await NotifyAsync(observers, new CommittedStep(position, false, 0, 0, false), cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var step = await StepAsync(cancellationToken);
                faults = 0;
                if (step is not null)
                    await NotifyAsync(observers, step, cancellationToken);
                if (step is null or { IsCaughtUp: true })
                    await Task.Delay(options.PollInterval, time, cancellationToken);
            }
            catch (Exception fault) when (fault is EthereumRpcException and not WrongChainException)
            {
                faults++;
                LogEndpointFault(faults, fault.Message);
                await Task.Delay(RetryInterval(faults), time, cancellationToken);
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    TimeSpan RetryInterval(int faults)
    {
        var wait = options.PollInterval * Math.Pow(2, Math.Min(faults - 1, 20));
        return wait < options.MaxRetryInterval ? wait : options.MaxRetryInterval;
    }

    async Task NotifyAsync(IReadOnlyList<IChainObserver> observers, CommittedStep step, CancellationToken cancellationToken)
    {
        foreach (var observer in observers)
        {
            try
            {
                await observer.CommittedAsync(step, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogObserverFault(fault, observer.GetType().Name, step.Position.Number);
            }
        }
    }

    [LoggerMessage(3000, LogLevel.Debug, "The chain moved while it was read: {Reason} Reading again.")]
    partial void LogMoved(string reason);

    [LoggerMessage(3001, LogLevel.Warning, "The chain was rolled back below all remembered blocks (block {Cursor}); the market is read anew from block {Start}.")]
    partial void LogReset(ulong cursor, ulong start);

    [LoggerMessage(3002, LogLevel.Information, "The chain was reorganised: blocks {Cursor} down to above {Ancestor} were taken back, {Reverted} of them with events.")]
    partial void LogReorganised(ulong cursor, ulong ancestor, int reverted);

    [LoggerMessage(3003, LogLevel.Warning, "The chain endpoint did not answer as needed, for the {Faults}. time in a row: {Reason}")]
    partial void LogEndpointFault(int faults, string reason);

    [LoggerMessage(3004, LogLevel.Error, "{Observer} failed after block {Number}; it is called again after the next step.")]
    partial void LogObserverFault(Exception fault, string observer, ulong number);
}
