namespace Marketplace.Chain.Outbox;

/// <summary>How patiently transactions are brought into blocks.</summary>
public sealed record OutboxOptions
{
    /// <summary>The chain id (EIP-155) that every transaction is signed for and that the endpoint has to report.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Blocks that must hold or follow a transaction before it is finished. Default 3, 1 to 1,000.</summary>
    public int Confirmations { get; init; } = 3;

    /// <summary>The most transactions under way at once. Default 16, 1 to 100.</summary>
    public int MaxInFlight { get; init; } = 16;

    /// <summary>How long a signed transaction may wait for a block before its fees are raised. Default 45 s, 100 ms to 1 h.</summary>
    public TimeSpan RaiseFeesAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often the chain is asked while something is to do. Default 2 s, 10 ms to 10 min.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gas granted above the estimate, in percent, since the state may change until the block. Default 25, 0 to 300.</summary>
    public int GasMarginPercent { get; init; } = 25;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds; the message names it.</exception>
    internal void Validate()
    {
        Check(Confirmations is >= 1 and <= 1_000, nameof(Confirmations), "1 to 1,000");
        Check(MaxInFlight is >= 1 and <= 100, nameof(MaxInFlight), "1 to 100");
        Check(RaiseFeesAfter >= TimeSpan.FromMilliseconds(100) && RaiseFeesAfter <= TimeSpan.FromHours(1), nameof(RaiseFeesAfter),
            "100 ms to 1 h");
        Check(PollInterval >= TimeSpan.FromMilliseconds(10) && PollInterval <= TimeSpan.FromMinutes(10), nameof(PollInterval),
            "10 ms to 10 min");
        Check(GasMarginPercent is >= 0 and <= 300, nameof(GasMarginPercent), "0 to 300");

        static void Check(bool holds, string key, string bounds)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(key, $"{key} must be {bounds}.");
        }
    }
}

/// <summary>Hears of the outbox's results.</summary>
public interface IOutboxObserver
{
    /// <summary>
    /// An entry is done, failed or expired. Called at least once for each entry while the process runs; after a restart, look at <see
    /// cref="TransactionOutbox.Find"/>.
    /// </summary>
    Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken);
}
