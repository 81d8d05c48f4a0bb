namespace Marketplace.Client.Catalog;

/// <summary>
/// The time by which versions are dated, kept and cleared: what is pruned by mistake is gone, so a machine whose clock is wrong must not decide it alone.
/// It is as late as the later of the machine's clock and the chain's newest block where a term begins, and as early as the earlier of them where it may end.
/// </summary>
/// <param name="machine">The machine's clock.</param>
sealed class KeepingClock(TimeProvider machine) : TimeProvider
{
    long chain = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>By which terms end; null before a block was seen, when none does.</summary>
    public DateTimeOffset? Earlier => Chain is { } seen ? seen < machine.GetUtcNow() ? seen : machine.GetUtcNow() : null;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    DateTimeOffset? Chain => Interlocked.Read(ref chain) is var ticks && ticks == DateTimeOffset.MinValue.UtcTicks ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>A block of this time was seen.</summary>
    public void Observe(DateTimeOffset block) => Interlocked.Exchange(ref chain, block.UtcTicks);

    /// <summary>By which terms begin.</summary>
    public override DateTimeOffset GetUtcNow() => Chain is { } seen && seen > machine.GetUtcNow() ? seen : machine.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);
}
