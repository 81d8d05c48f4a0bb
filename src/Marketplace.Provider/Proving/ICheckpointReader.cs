using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Proving;

/// <summary>Answers consumers who want to see their agreement in the provider's checkpoint.</summary>
public interface ICheckpointReader
{
    /// <summary>The newest checkpoint that is known to be on chain; null before the first.</summary>
    CommittedCheckpoint? NewestCommitted { get; }

    /// <summary>The agreement's path in the newest checkpoint on chain; null if it is not in it.</summary>
    Task<CheckpointInclusion?> FindInclusionAsync(AgreementId agreement, CancellationToken cancellationToken);

    /// <summary>The agreement's path in a checkpoint of this node's; null if it is not in it, or the checkpoint is forgotten.</summary>
    CheckpointInclusion? FindInclusion(AgreementId agreement, Hash256 root);
}

/// <summary>An agreement's place in a checkpoint.</summary>
/// <param name="Root">The checkpoint's.</param>
/// <param name="Leaves">Its weight.</param>
/// <param name="Agreements">Its members.</param>
/// <param name="CommittedIn">When the chain's newest was committed; null for another.</param>
/// <param name="Path">An inclusion as docs/protocol.md, section 4.1, writes it.</param>
public sealed record CheckpointInclusion(Hash256 Root, ulong Leaves, uint Agreements, Epoch? CommittedIn, byte[] Path);
