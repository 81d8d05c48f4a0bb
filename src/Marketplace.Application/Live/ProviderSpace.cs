using Marketplace.Core.Primitives;

namespace Marketplace.Application.Live;

/// <summary>A provider's space over some time.</summary>
/// <param name="Step">Epochs from one point to the next.</param>
/// <param name="Points">The oldest first; the last one's epochs run still.</param>
public sealed record ProviderSpace(ulong Step, IReadOnlyList<SpacePoint> Points);

/// <summary>A provider's space at the end of an epoch, or of several that are told together.</summary>
/// <param name="Epoch">Which, or the first of them; of the one that runs, until now.</param>
/// <param name="Rented">That agreements held there.</param>
/// <param name="StoredBytes">What the newest checkpoint held, in whole KiB; 0 without one.</param>
public sealed record SpacePoint(Epoch Epoch, GiB Rented, ulong StoredBytes);

/// <summary>Replays a provider's reservations and checkpoints.</summary>
static class SpaceReplay
{
    /// <summary>The points of some epochs.</summary>
    /// <param name="rented">All that agreements held from each block on, in the chain's order.</param>
    /// <param name="stored">The bytes of each checkpoint, in the chain's order.</param>
    /// <param name="epochs">In order.</param>
    /// <param name="firstBlocks">The first block of each; one more than the newest block where there is none.</param>
    public static IReadOnlyList<SpacePoint> Run(
        IReadOnlyList<(ulong Block, GiB Space)> rented, IReadOnlyList<(ulong Block, ulong Bytes)> stored, IReadOnlyList<Epoch> epochs, IReadOnlyList<ulong> firstBlocks) =>
        [.. epochs.Select((epoch, i) =>
        {
            var end = i + 1 < epochs.Count ? firstBlocks[i + 1] : ulong.MaxValue;
            return new SpacePoint(epoch, NewestBefore(end, rented), NewestBefore(end, stored));
        })];

    static T? NewestBefore<T>(ulong end, IReadOnlyList<(ulong Block, T Value)> values) => values.LastOrDefault(value => value.Block < end).Value;
}
