using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Proving.Rounds;

namespace Marketplace.Provider.Proving;

/// <summary>What the chain says, at one block, about this provider and the current epoch.</summary>
/// <param name="Epoch">The epoch that the head block's timestamp lies in.</param>
/// <param name="EpochStart">Seconds since 1970.</param>
/// <param name="EpochLength">Seconds.</param>
/// <param name="HeadNumber">Number of the newest block.</param>
/// <param name="HeadTime">Its timestamp in seconds since 1970.</param>
/// <param name="AnchorBlock">
/// The block whose hash becomes the seed; 0 if the epoch is not opened, or has to be opened again because that hash can no longer be read.
/// </param>
/// <param name="Seed">Zero if the epoch is not sealed.</param>
/// <param name="SealedAt">Seconds since 1970; 0 if not sealed.</param>
/// <param name="ProofWindow">Seconds after the sealing in which a proof is taken.</param>
/// <param name="Challenges">Draws to answer.</param>
/// <param name="HasProven">Whether this provider has proven the epoch.</param>
/// <param name="Reserved">Space that agreements hold.</param>
/// <param name="Committed">The newest checkpoint on chain; null before the first.</param>
public sealed record EpochView(
    Epoch Epoch,
    ulong EpochStart,
    ulong EpochLength,
    ulong HeadNumber,
    ulong HeadTime,
    ulong AnchorBlock,
    Hash256 Seed,
    ulong SealedAt,
    ulong ProofWindow,
    uint Challenges,
    bool HasProven,
    GiB Reserved,
    CommittedCheckpoint? Committed)
{
    /// <summary>The drand round that is to give the seed; null where seeds come from block hashes alone.</summary>
    public AwaitedRound? Round { get; init; }

    public bool IsSealed => Seed != Hash256.Zero;

    /// <summary>Whether the epoch can still be opened and sealed.</summary>
    public bool InFirstHalf => HeadTime < EpochStart + EpochLength / 2;

    /// <summary>
    /// Whether a transaction sent now is sure enough to be in a block of this epoch: a checkpoint that is committed in the next epoch by
    /// mistake costs that epoch.
    /// </summary>
    public bool HasTimeLeft => HeadTime < EpochStart + EpochLength - EpochLength / 8;

    /// <summary>Whether the anchor was fixed.</summary>
    public bool HasLiveAnchor => AnchorBlock != 0;

    /// <summary>Whether the anchor's hash can be read in the next block.</summary>
    public bool AnchorIsMined => AnchorBlock != 0 && HeadNumber >= AnchorBlock;

    /// <summary>Whether a proof mined in the next block would be in time.</summary>
    public bool WindowIsOpen => IsSealed && HeadTime < SealedAt + ProofWindow;
}

/// <summary>A checkpoint as the chain holds it.</summary>
/// <param name="Root">Hash of the sum tree's root; zero for an empty one.</param>
/// <param name="Leaves">Its weight.</param>
/// <param name="Agreements">The number of agreements in it.</param>
/// <param name="CommittedIn">It answers for later epochs than this.</param>
public sealed record CommittedCheckpoint(Hash256 Root, ulong Leaves, uint Agreements, Epoch CommittedIn);
