using Marketplace.Core.Primitives;

namespace Marketplace.Provider.Proving;

/// <summary>Answers consumers who want to see their agreement in the provider's checkpoint.</summary>
public interface ICheckpointReader
{
    /// <summary>The newest checkpoint that is known to be on chain; null before the first.</summary>
    CommittedCheckpoint? NewestCommitted { get; }

    /// <summary>The agreement's path in the newest checkpoint on chain; null if it is not in it.</summary>
    Task<CheckpointInclusion?> FindInclusionAsync(AgreementId agreement, CancellationToken cancellationToken);
}

/// <param name="Checkpoint">As the chain holds it.</param>
/// <param name="Path">An inclusion as docs/protocol.md, section 4.1, writes it.</param>
public sealed record CheckpointInclusion(CommittedCheckpoint Checkpoint, byte[] Path);
