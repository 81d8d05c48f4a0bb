using Marketplace.Client.Transport;

namespace Marketplace.Client.Uploads;

/// <summary>
/// Finds the provider that holds a segment up: once half of the fragments are stored, the others have four times as long as those took, and
/// at least
/// the patience of the options.
/// </summary>
sealed class SegmentPace(int fragments, TimeSpan patience, TimeProvider time) : IDisposable
{
    /// <summary>Ended for being slow, and for nothing else.</summary>
    public static readonly ProviderFailure TooSlow = new(FailureKind.Stalled, "It is much slower than the others.");

    readonly CancellationTokenSource late = new();
    readonly long started = time.GetTimestamp();
    ITimer? timer;
    int done;

    /// <summary>One fragment is stored.</summary>
    public void OneDone()
    {
        if (Interlocked.Increment(ref done) != (fragments + 1) / 2)
            return;
        var elapsed = time.GetElapsedTime(started);
        var wait = TimeSpan.FromTicks(Math.Max(patience.Ticks, elapsed.Ticks * 4)) - elapsed;
        timer = time.CreateTimer(_ => late.Cancel(), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs a call; ends it as a failure when it is late and somebody else could do it, or when somebody else does it
    /// already.</summary>
    public async Task<ProviderFailure?> RunAsync(
        Func<CancellationToken, Task<ProviderFailure?>> call, Func<bool> canReplace, CancellationToken retired,
            CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, retired);
        using var watch = late.Token.Register(() =>
        {
            if (canReplace())
                linked.Cancel();
        });
        try
        {
            return await call(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TooSlow;
        }
    }

    /// <remarks>The source of the token is left to the collector: the timer may be firing at this moment.</remarks>
    public void Dispose() => timer?.Dispose();
}
