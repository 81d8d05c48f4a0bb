using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What counts only after some epochs.</summary>
public static class Waits
{
    /// <summary>How many, and when they are over.</summary>
    /// <param name="now">The epoch in which the wait begins.</param>
    /// <param name="epochs">How many.</param>
    /// <param name="clock">The market's.</param>
    public static string Words(Epoch now, ulong epochs, EpochClock clock) =>
        $"{Times.Epochs(epochs)}: from epoch {now + epochs} on, {Times.Moment(clock.StartOf(now + epochs))}";

    /// <summary>When one that runs is over: from epoch 12 on, 3 Feb 2027, 14:05 UTC (in 3 h 20 min).</summary>
    /// <param name="end">The first epoch after it.</param>
    /// <param name="clock">The market's.</param>
    /// <param name="now">The newest block's time.</param>
    public static string Words(Epoch end, EpochClock clock, DateTimeOffset now) => $"from epoch {end} on, {Times.Until(clock.StartOf(end), now)}";
}
