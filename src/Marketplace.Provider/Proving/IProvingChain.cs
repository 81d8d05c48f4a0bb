using Marketplace.Chain.Losses;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;

namespace Marketplace.Provider.Proving;

/// <summary>
/// What proving asks of the chain. Each transaction is recorded before it is sent, is sent once however often it is asked for, and is given up when
/// its epoch can no longer use it.
/// </summary>
public interface IProvingChain
{
    /// <summary>The state at the newest block, all of it at the same block.</summary>
    Task<EpochView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Which of the lost nodes need not be shown in the view's epoch.</summary>
    Task<IReadOnlySet<LostNode>> FindExemptAsync(EpochView view, IReadOnlyList<LostNode> lost, CancellationToken cancellationToken);

    /// <summary>Fixes the epoch's anchor.</summary>
    Task OpenAsync(EpochView view, CancellationToken cancellationToken);

    /// <summary>Whether the contract takes this for the round's signature; asks, and sends nothing.</summary>
    Task<bool> IsRoundAsync(ulong round, Bytes signature, CancellationToken cancellationToken);

    /// <summary>Stores the epoch's seed, from its drand round.</summary>
    Task SealWithRoundAsync(EpochView view, Bytes signature, CancellationToken cancellationToken);

    /// <summary>Stores the epoch's seed, from its anchor.</summary>
    Task SealAsync(EpochView view, CancellationToken cancellationToken);

    /// <summary>Answers the epoch's challenge and commits the next checkpoint.</summary>
    Task AdvanceAsync(EpochView view, byte[] answers, StoredCheckpoint next, CancellationToken cancellationToken);

    /// <summary>Commits a checkpoint without a proof.</summary>
    Task CommitAsync(EpochView view, StoredCheckpoint next, CancellationToken cancellationToken);

    /// <summary>Whether a transaction that answers this epoch's challenge, as it now is, or replaces the checkpoint is already on its way.</summary>
    bool IsUnderWay(EpochView view);
}
