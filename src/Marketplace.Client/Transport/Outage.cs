namespace Marketplace.Client.Transport;

/// <summary>Waits for a provider that has failed to come back: a node that is started anew should not cost a whole upload.</summary>
/// <param name="patience">How long it is waited for in all, from the first failure on.</param>
/// <param name="time">The clock.</param>
sealed class Outage(TimeSpan patience, TimeProvider time)
{
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(500), LongestWait = TimeSpan.FromSeconds(8);

    long? began;
    TimeSpan next = ShortestWait;

    /// <summary>Waits a little, longer each time. False, at once, when this failure does not pass or the patience is over.</summary>
    public async Task<bool> WaitAsync(ProviderFailure failure, CancellationToken cancellationToken)
    {
        began ??= time.GetTimestamp();
        if (!failure.IsPassing || time.GetElapsedTime(began.Value) + next > patience)
            return false;
        await Task.Delay(next, time, cancellationToken);
        next = next * 2 < LongestWait ? next * 2 : LongestWait;
        return true;
    }
}
