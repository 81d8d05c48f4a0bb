using Marketplace.Chain.Losses;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// The checkpoints this node built, from which it proves and settles. What a checkpoint holds stays provable while newer revisions change
/// or delete it, until the checkpoint is released.
/// </summary>
public sealed class CheckpointBook
{
    readonly StoreDatabase database;
    readonly WriteQueue queue;
    readonly FragmentStore fragments;
    readonly CheckpointBuilder builder;

    /// <summary>What was asked about last: a checkpoint does not change, and many questions are about the same one.</summary>
    volatile CheckpointSnapshot? known;

    internal CheckpointBook(StoreDatabase database, WriteQueue queue, FragmentStore fragments, TimeProvider time)
    {
        this.database = database;
        this.queue = queue;
        this.fragments = fragments;
        builder = new CheckpointBuilder(time);
    }

    /// <summary>
    /// Builds and keeps a checkpoint of every open agreement at its current revision. If nothing changed since the newest one, that is
    /// returned.
    /// </summary>
    public Task<StoredCheckpoint> BuildAsync(CancellationToken cancellationToken) => queue.ExecuteAsync(builder.Build, cancellationToken);

    /// <summary>The newest checkpoint; null before the first.</summary>
    public StoredCheckpoint? Newest() => database.Read(CheckpointIndex.Newest);

    /// <summary>Null if there is none, or it was forgotten.</summary>
    public StoredCheckpoint? Find(ulong sequence) => database.Read(connection => CheckpointIndex.Find(connection, sequence));

    /// <summary>The newest checkpoint with these contents, as the chain names them; null if there is none.</summary>
    public StoredCheckpoint? Find(Hash256 root, ulong leaves, uint agreements) =>
        database.Read(connection => CheckpointIndex.Find(connection, root, leaves, agreements));

    /// <summary>The newest checkpoint with this root, which by its hashes has one weight and one count only; null if there is none.</summary>
    public StoredCheckpoint? Find(Hash256 root) => database.Read(connection => CheckpointIndex.Find(connection, root));

    /// <summary>
    /// Answers all draws of an epoch from a checkpoint. Takes some disk reads and hashing, proportional to the slots of the drawn
    /// agreements.
    /// </summary>
    /// <param name="checkpoint">The checkpoint's sequence.</param>
    /// <param name="seed">The epoch's seed.</param>
    /// <param name="provider">The provider's address in the registry.</param>
    /// <param name="count">Draws.</param>
    /// <param name="exempt">Lost nodes that need not be shown in the epoch.</param>
    public ChallengeResult AnswerChallenges(
        ulong checkpoint, Hash256 seed, Address provider, int count, IReadOnlySet<LostNode> exempt)
    {
        if (!database.Read(connection => CheckpointIndex.HasData(connection, checkpoint)) || SnapshotOf(checkpoint) is not { } snapshot)
            return new ChallengeResult.NotRetained();
        return new ChallengeAnswerer(database, fragments, snapshot, exempt).Answer(
            seed.ToDigest(), new ProviderId(provider.ToArray()), checked((uint)count));
    }

    /// <summary>
    /// An agreement's inclusion in a checkpoint (protocol, section 4.1): its revision with the consumer's signature, and the path in the
    /// provider's tree. Null if the checkpoint is forgotten or does not hold the agreement.
    /// </summary>
    public byte[]? ProveInclusion(ulong checkpoint, AgreementId agreement)
    {
        var snapshot = SnapshotOf(checkpoint);
        return snapshot?.SlotOf(agreement) is { } slot ? snapshot.InclusionOf(slot).Encode() : null;
    }

    /// <summary>
    /// Says that challenges on checkpoints before this one will not be answered any more, so that what only they hold becomes garbage.
    /// Their
    /// inclusion proofs stay. The newest checkpoint is never released.
    /// </summary>
    public Task ReleaseGarbageAsync(ulong beforeCheckpoint, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope => CheckpointIndex.Release(scope.Connection, beforeCheckpoint), cancellationToken);

    /// <summary>
    /// Says that nothing, not even inclusion, will be proven from checkpoints before this one any more. The newest one is never forgotten.
    /// </summary>
    public Task ForgetAsync(ulong beforeCheckpoint, CancellationToken cancellationToken) => queue.ExecuteAsync(
        scope =>
        {
            CheckpointIndex.Release(scope.Connection, beforeCheckpoint);
            return CheckpointIndex.Forget(scope.Connection, beforeCheckpoint);
        },
        cancellationToken);

    CheckpointSnapshot? SnapshotOf(ulong checkpoint)
    {
        if (known is { } last && last.Sequence == checkpoint && Find(checkpoint) is not null)
            return last;
        return database.Read(connection => CheckpointSnapshot.Load(connection, checkpoint)) is { } loaded ? known = loaded : null;
    }
}
