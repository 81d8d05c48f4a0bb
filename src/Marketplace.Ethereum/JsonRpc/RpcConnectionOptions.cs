namespace Marketplace.Ethereum.JsonRpc;

/// <summary>How patient and how trusting a connection to a node is.</summary>
public sealed record RpcConnectionOptions
{
    /// <summary>The longest time for one attempt, from the first byte sent to the last received. Default 30 s, 10 ms to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer in bytes. Default 32 MiB, 1 KiB to 1 GiB.</summary>
    public int MaxResponseBytes { get; init; } = 32 << 20;

    /// <summary>The most calls in one HTTP request; longer batches are sent in several. Default 100, 1 to 1000.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>How often a repeatable call is tried again after a transient fault. Default 3, 0 to 20.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The wait before the first repetition; it doubles each time, with jitter. Default 200 ms, 1 ms to 1 min.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two attempts, also where the node asks for more. Default 10 s, 1 ms to 10 min.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds; the message names it.</exception>
    internal void Validate()
    {
        Check(Timeout >= TimeSpan.FromMilliseconds(10) && Timeout <= TimeSpan.FromMinutes(10), nameof(Timeout), "10 ms to 10 min");
        Check(MaxResponseBytes is >= 1 << 10 and <= 1 << 30, nameof(MaxResponseBytes), "1 KiB to 1 GiB");
        Check(MaxBatch is >= 1 and <= 1000, nameof(MaxBatch), "1 to 1000");
        Check(Retries is >= 0 and <= 20, nameof(Retries), "0 to 20");
        Check(RetryDelay >= TimeSpan.FromMilliseconds(1) && RetryDelay <= TimeSpan.FromMinutes(1), nameof(RetryDelay), "1 ms to 1 min");
        Check(
            MaxRetryDelay >= TimeSpan.FromMilliseconds(1) && MaxRetryDelay <= TimeSpan.FromMinutes(10),
            nameof(MaxRetryDelay), "1 ms to 10 min");

        static void Check(bool holds, string key, string bounds)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(key, $"{key} must be {bounds}.");
        }
    }
}
