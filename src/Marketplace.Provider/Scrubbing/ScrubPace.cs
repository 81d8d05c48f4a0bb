namespace Marketplace.Provider.Scrubbing;

/// <summary>Holds reading to a rate. What was not read while nothing was to be done cannot be caught up with.</summary>
/// <param name="bytesPerSecond">At least 1.</param>
/// <param name="time">The clock.</param>
internal sealed class ScrubPace(long bytesPerSecond, TimeProvider time)
{
    /// <summary>Shorter waits are saved up: a timer for each small fragment would cost more than reading it.</summary>
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    long free = time.GetTimestamp();

    /// <summary>Waits until those bytes may have been read.</summary>
    public async Task WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        free = Math.Max(free, now) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
        var wait = time.GetElapsedTime(now, free);
        if (wait >= Shortest)
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}
