namespace Marketplace.Provider.Scrubbing;

/// <summary>How the store looks after what lies on its disk.</summary>
public sealed record ScrubOptions
{
    /// <summary>
    /// Bytes that are read again in a second at most; 16 MiB unless told (a tebibyte in 18 hours); 0 switches it off.
    /// </summary>
    public long BytesPerSecond { get; init; } = 16L << 20;

    /// <summary>Least time from the beginning of one round over everything to that of the next; a day unless told.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentException">A value is out of bounds; the message names the key.</exception>
    internal void Validate()
    {
        if (BytesPerSecond < 0)
            throw new ArgumentException($"The scrub's option {nameof(BytesPerSecond)} must not be negative.", nameof(BytesPerSecond));
        if (Interval <= TimeSpan.Zero)
            throw new ArgumentException($"The scrub's option {nameof(Interval)} must be positive.", nameof(Interval));
    }
}
