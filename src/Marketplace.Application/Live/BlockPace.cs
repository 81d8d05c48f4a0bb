namespace Marketplace.Application.Live;

/// <summary>
/// For how long a chain may be without a new block before that is no rest but a standstill. Only blocks themselves tell. The epoch's length does not: a market
/// with epochs of an hour may live on a chain with a block every two seconds, and one with epochs of a minute on a development chain that makes a block when
/// somebody sends a transaction, and rests in between. So the usual wait is shortened only where blocks came as by a clock for as long as that wait: none
/// took more than three times the mean. Where they come on demand, or by chance as with proof of work, some take longer, and the usual wait stays. Times are the
/// chain's own, of the blocks that were seen: a page that looks rarely sees a slower chain, and waits longer.
/// </summary>
public sealed class BlockPace
{
    /// <summary>No chain that markets live on takes as long for a block. Until blocks have been seen for that long, and where they keep no time, it is the wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>However fast blocks come: an endpoint that is restarted, or a chain that elects anew, is no standstill yet.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>So many of the longest gap in a row are missing: a few slots without a block are usual.</summary>
    const int Missing = 10;

    /// <summary>A clock's gaps are no longer than so many of their mean; when chance makes them, about every twentieth is.</summary>
    const int Steady = 3;

    readonly Queue<DateTimeOffset> seen = [];
    DateTimeOffset newest = DateTimeOffset.MinValue;

    /// <summary>Without a newer block for this long, the chain stands still.</summary>
    public TimeSpan Patience { get; private set; } = Longest;

    /// <summary>A newer block was seen. Where the chain went back in time, what was seen before counts no more.</summary>
    /// <param name="time">Its timestamp.</param>
    public void Note(DateTimeOffset time)
    {
        if (time < newest)
            seen.Clear();
        newest = time;
        seen.Enqueue(time);
        while (seen.ElementAtOrDefault(1) is var second && second != default && newest - second >= Longest)
            seen.Dequeue();
        Patience = Judge();
    }

    TimeSpan Judge()
    {
        var span = newest - seen.Peek();
        if (span < Longest)
            return Longest;
        var longest = seen.Zip(seen.Skip(1), (earlier, later) => later - earlier).Max();
        return longest * (seen.Count - 1) > Steady * span ? Longest : TimeSpan.FromTicks(Math.Clamp(longest.Ticks * Missing, Shortest.Ticks, Longest.Ticks));
    }
}
