namespace Marketplace.Provider.Persistence;

/// <summary>
/// Whether the store may still acknowledge anything. After one failed fsync the kernel may have dropped what it could not write and report
/// success from then on, so a store that has failed stays failed until the process is restarted and reads back what is really on disk.
/// </summary>
public sealed class StoreHealth
{
    readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile Exception? failure;

    /// <summary>Why nothing is acknowledged any more; null while all is well.</summary>
    public Exception? Failure => failure;

    /// <summary>Completes with the reason when the store fails; never completes otherwise.</summary>
    public Task<Exception> Failed => failed.Task;

    internal void Fail(Exception reason)
    {
        Interlocked.CompareExchange(ref failure, reason, null);
        failed.TrySetResult(reason);
    }

    internal void ThrowIfFailed()
    {
        if (failure is { } reason)
            throw new StoreFailedException(reason);
    }
}

/// <summary>The store stopped acknowledging writes because the disk or its index failed. Only a restart helps.</summary>
public sealed class StoreFailedException(Exception reason)
    : IOException("The store could not make data durable and acknowledges nothing until it is restarted: " + reason.Message, reason);

/// <summary>The index could not grow because the disk is full. Nothing of the operation was kept.</summary>
public sealed class StoreOutOfSpaceException(Exception reason) : IOException("The disk that holds the store's index is full.", reason);
