using Marketplace.Core.Primitives;

namespace Marketplace.Application.Live;

/// <summary>Which epochs are told of a long time: as many together as it takes to have no more than a chart can show.</summary>
static class NetworkSteps
{
    /// <summary>Of any time.</summary>
    public const ulong Most = 90;

    /// <summary>The first epochs of each step, up to the epoch that runs. Steps begin at multiples of their length, so that they stay what they are as time goes on.</summary>
    /// <param name="now">The epoch that runs.</param>
    /// <param name="epoch">An epoch's length.</param>
    /// <param name="length">How much time; less where the market is younger.</param>
    public static (ulong Step, IReadOnlyList<Epoch> Epochs) Of(Epoch now, TimeSpan epoch, TimeSpan length)
    {
        var wanted = Math.Min(now.Value + 1, Math.Max(1, (ulong)Math.Ceiling(length / epoch)));
        var step = (wanted + Most - 1) / Most;
        var first = (now.Value + 1 - wanted) / step;
        return (step, [.. Enumerable.Range(0, (int)(now.Value / step - first) + 1).Select(offset => new Epoch((first + (ulong)offset) * step))]);
    }
}
