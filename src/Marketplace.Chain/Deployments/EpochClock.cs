using Marketplace.Core.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>
/// Turns chain timestamps into epochs and back, as MarketplaceParameters does. Feed it block timestamps, not this machine's clock: who is
/// early or late is decided by blocks.
/// </summary>
/// <param name="Genesis">Start of epoch 0, in whole seconds.</param>
/// <param name="EpochLength">At least one second, whole seconds.</param>
public sealed record EpochClock(DateTimeOffset Genesis, TimeSpan EpochLength)
{
    /// <summary>The epoch that contains a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before the market's genesis.</exception>
    public Epoch EpochAt(DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Genesis);
        return new Epoch((ulong)((time - Genesis).Ticks / EpochLength.Ticks));
    }

    /// <summary>The first second of an epoch.</summary>
    public DateTimeOffset StartOf(Epoch epoch) => Genesis + TimeSpan.FromTicks(checked((long)epoch.Value * EpochLength.Ticks));

    /// <summary>The first second after an epoch.</summary>
    public DateTimeOffset EndOf(Epoch epoch) => StartOf(epoch + 1);

    /// <summary>From here on an epoch cannot be opened or sealed any more.</summary>
    public DateTimeOffset SecondHalfOf(Epoch epoch) => StartOf(epoch) + TimeSpan.FromSeconds(Math.Floor(EpochLength.TotalSeconds / 2));
}
