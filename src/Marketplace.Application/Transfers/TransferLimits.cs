namespace Marketplace.Application.Transfers;

/// <summary>How much may be on its way into a vault at once; whoever has more waits.</summary>
public sealed record TransferLimits
{
    /// <summary>Transfers that are not over; at least 1, 10,000 where nothing else is said.</summary>
    public int MostOpen { get; init; } = 10_000;

    /// <summary>Those of which something is on this machine: each has a file open; at least 1, 512 where nothing else is said.</summary>
    public int MostSpooled { get; init; } = 512;

    /// <summary>How long a question for places waits before it is answered in any case; 1 s to 1 min, 20 s where nothing else is said.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long nothing is begun after the chain did not answer; more than nothing, 15 s where nothing else is said.</summary>
    public TimeSpan BetweenTries { get; init; } = TimeSpan.FromSeconds(15);
}
