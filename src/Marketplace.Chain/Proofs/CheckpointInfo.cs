using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Proofs;

/// <summary>A provider's commitment to everything it stores.</summary>
/// <param name="Root">Hash of the sum tree's top node; zero for a provider that stores nothing.</param>
/// <param name="Leaves">1-KiB leaves under the root.</param>
/// <param name="Agreements">Agreements under the root.</param>
public sealed record CheckpointInfo(Hash256 Root, ulong Leaves, uint Agreements);

/// <summary>The newest checkpoint of a provider.</summary>
/// <param name="Checkpoint">Its contents.</param>
/// <param name="CommittedIn">It answers for later epochs than this.</param>
public sealed record CommittedCheckpointInfo(CheckpointInfo Checkpoint, Epoch CommittedIn);

/// <summary>An epoch's randomness.</summary>
/// <param name="Epoch">Which epoch.</param>
/// <param name="Seed">Zero while it is not sealed.</param>
/// <param name="SealedAt">When it was sealed; null while it is not. Proofs are taken within the proof window from here.</param>
/// <param name="AnchorBlock">The block whose hash is the source; zero while it is not opened.</param>
public sealed record EpochSeed(Epoch Epoch, Hash256 Seed, DateTimeOffset? SealedAt, ulong AnchorBlock)
{
    /// <summary>Whether the epoch has its seed.</summary>
    public bool IsSealed => Seed != Hash256.Zero;
}

/// <summary>The drand round that an epoch's seed is to come from.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="SignedAt">When the network signs it; it is public from then on.</param>
/// <param name="FallbackFrom">From when on a block's hash may take its place, if the epoch has no seed by then.</param>
public sealed record DrandRound(ulong Number, DateTimeOffset SignedAt, DateTimeOffset FallbackFrom);
