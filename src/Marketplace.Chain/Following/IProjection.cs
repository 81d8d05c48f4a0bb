using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Following;

/// <summary>
/// Tables that are derived from the chain. All methods run inside the follower's database transaction and touch nothing else: what they
/// wrote and the follower's cursor become visible together or not at all.
/// </summary>
public interface IProjection
{
    /// <summary>Names the projection in the database; lower-case letters and hyphens.</summary>
    string Name { get; }

    /// <summary>
    /// Counts up when the tables or their meaning change. The follower then resets all projections and reads the chain anew.
    /// </summary>
    int Version { get; }

    /// <summary>Makes the tables where they are not there yet.</summary>
    void Create(SqliteTransaction transaction);

    /// <summary>Applies one block's logs. Blocks come in ascending order; those without logs of the market do not come.</summary>
    void Apply(SqliteTransaction transaction, FollowedBlock block);

    /// <summary>Undoes exactly what <see cref="Apply"/> of the same block did. Blocks come in descending order.</summary>
    void Revert(SqliteTransaction transaction, FollowedBlock block);

    /// <summary>
    /// Forgets everything derived, also with tables of an older version; the chain is then applied from the market's first block.
    /// </summary>
    void Reset(SqliteTransaction transaction);
}

/// <summary>Starts what follows from the chain's state.</summary>
public interface IChainObserver
{
    /// <summary>
    /// Called after a step is committed, and once at every start, because the process may have ended between a commit and this call:
    /// whatever is started here has to be idempotent. A fault is logged and does not stop the follower; the next step calls again.
    /// </summary>
    Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken);
}
