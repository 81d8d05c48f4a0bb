namespace Marketplace.Chain.Following;

/// <summary>Which chain is followed, from where, and how cautiously.</summary>
public sealed record FollowerOptions
{
    /// <summary>The chain id (EIP-155) that the endpoint has to report.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>
    /// Names what is followed, for instance the address of StorageAgreements. A database made for another one is refused.
    /// </summary>
    public required string Market { get; init; }

    /// <summary>The first block that can hold the market's logs.</summary>
    public required ulong StartBlock { get; init; }

    /// <summary>
    /// Blocks on top of a block before it is applied. Default 0, 0 to 1,000: reorganisations are undone, so waiting is only for peace.
    /// </summary>
    public int Confirmations { get; init; }

    /// <summary>Blocks that can be undone; a deeper rollback reads the market anew. Default 256, 8 to 10,000.</summary>
    public int HistoryBlocks { get; init; } = 256;

    /// <summary>The most blocks in one step, that is in one database transaction. Default 200, 1 to 10,000.</summary>
    public int ChunkBlocks { get; init; } = 200;

    /// <summary>How often a caught-up follower looks for a new block. Default 2 s, 10 ms to 10 min.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The longest wait after repeated faults of the endpoint; the wait starts at <see cref="PollInterval"/> and doubles. Default 30 s.
    /// </summary>
    public TimeSpan MaxRetryInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Starts the names of the follower's tables. Default <c>follower_</c>.</summary>
    public string TablePrefix { get; init; } = "follower_";

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds; the message names it.</exception>
    internal void Validate()
    {
        SqliteStatements.RequirePrefix(TablePrefix);
        Check(Confirmations is >= 0 and <= 1_000, nameof(Confirmations), "0 to 1,000");
        Check(HistoryBlocks is >= 8 and <= 10_000, nameof(HistoryBlocks), "8 to 10,000");
        Check(ChunkBlocks is >= 1 and <= 10_000, nameof(ChunkBlocks), "1 to 10,000");
        Check(PollInterval >= TimeSpan.FromMilliseconds(10) && PollInterval <= TimeSpan.FromMinutes(10), nameof(PollInterval),
            "10 ms to 10 min");
        Check(MaxRetryInterval >= PollInterval && MaxRetryInterval <= TimeSpan.FromHours(1), nameof(MaxRetryInterval),
            "PollInterval to 1 h");

        static void Check(bool holds, string key, string bounds)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(key, $"{key} must be {bounds}.");
        }
    }
}
