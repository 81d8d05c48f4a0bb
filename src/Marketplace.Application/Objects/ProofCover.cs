using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>
/// From which epoch on a provider's proof is over a fragment. A proof is over the checkpoint that was committed last in an earlier epoch, and commits the next
/// one (docs/protocol.md, section 3.4). So the proof of the epoch in which a fragment was stored says nothing of it, that of the next may come too early, and
/// commits what holds it; the one after that is over it.
/// </summary>
/// <param name="Stored">The epoch in which the fragment was stored.</param>
/// <param name="Start">Its agreement's first payable epoch: before it, nothing need be proven.</param>
public readonly record struct ProofCover(Epoch Stored, Epoch Start)
{
    /// <summary>An upload that was finished in an epoch is held by a checkpoint of the next one, and proven so many epochs after it.</summary>
    const ulong Delay = 2;

    /// <summary>The first epoch whose proof is expected to be over the fragment.</summary>
    public Epoch First => Stored + Delay > Start ? Stored + Delay : Start;

    /// <summary>The earliest proof that can have committed a checkpoint with the fragment.</summary>
    public Epoch FirstCommitment => Stored + 1;

    /// <summary>Whether a proof that was due is not there: neither for this epoch, which runs and may still be proven, nor for the one before.</summary>
    /// <param name="due">The first epoch whose proof is expected.</param>
    /// <param name="last">The newest epoch that was proven; null for none.</param>
    /// <param name="now">The epoch.</param>
    public static bool Lacks(Epoch due, Epoch? last, Epoch now) => now > due && (last is not { } proven || proven + 1 < now);

    /// <summary>The epoch of a time by the chain's clock; that of a clock which is ahead of the chain's newest block is the chain's.</summary>
    public static Epoch EpochOf(DateTimeOffset time, EpochClock clock, Epoch now)
    {
        var epoch = time < clock.Genesis ? default : clock.EpochAt(time);
        return epoch < now ? epoch : now;
    }
}
