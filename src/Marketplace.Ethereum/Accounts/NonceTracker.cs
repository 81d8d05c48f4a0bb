using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// Gives out an account's nonces, each once, over restarts. The truth is put together from the store and the chain:
/// nonces that were given out and came to nothing are given out again before new ones, since a gap would hold up everything after it;
/// nonces that others used
/// are skipped; and a nonce that was once settled but that the chain has lost (a deep reorganisation) is given out again after <see
/// cref="ReorganisationPatience"/>.
/// One tracker for an account at a time; a second one is noticed by the node's refusals only.
/// </summary>
public sealed class NonceTracker(EthereumClient client, ulong chainId, Address account, INonceStore store, TimeProvider time)
{
    /// <summary>
    /// How long a settled nonce must be missing from the chain's count before it counts as lost: nodes behind one address may lag behind
    /// each other.
    /// </summary>
    public static readonly TimeSpan ReorganisationPatience = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim gate = new(1, 1);
    NonceState? state;
    (ulong Nonce, long Since)? missing;

    /// <summary>The account.</summary>
    public Address Account => account;

    /// <summary>The chain.</summary>
    public ulong ChainId => chainId;

    /// <summary>A nonce for one transaction. It is recorded as taken before this returns; settle it or release it.</summary>
    public Task<ulong> TakeAsync(CancellationToken cancellationToken = default) => ChangeAsync(
        async current =>
        {
            var latest = await client.GetTransactionCountAsync(account, BlockTag.Latest, cancellationToken);
            var pending = await client.GetTransactionCountAsync(account, BlockTag.Pending, cancellationToken);
            return Choose(current, latest, Math.Max(latest, pending));
        },
        cancellationToken);

    /// <summary>Gives a nonce back: nothing that was signed with it will ever be sent.</summary>
    public Task ReleaseAsync(ulong nonce, CancellationToken cancellationToken = default) => ChangeAsync(
        current => Task.FromResult((current.Without(nonce).WithFree(nonce), nonce)), cancellationToken);

    /// <summary>A block holds a transaction with this nonce, deep enough.</summary>
    public Task SettleAsync(ulong nonce, CancellationToken cancellationToken = default) => ChangeAsync(
        current => Task.FromResult((current.Without(nonce), nonce)), cancellationToken);

    /// <summary>
    /// After a start: of the nonces that were taken before, only these have a signed transaction; the others are given out again.
    /// </summary>
    public Task RetainAsync(IReadOnlyCollection<ulong> held, CancellationToken cancellationToken = default) => ChangeAsync(
        current =>
        {
            var lost = current.Open.Where(nonce => !held.Contains(nonce)).ToArray();
            var known = current with { Open = [.. current.Open.Union(held).Order()], Free = [.. current.Free.Except(held)] };
            var next = lost.Aggregate(known, (kept, nonce) => kept.Without(nonce).WithFree(nonce));
            return Task.FromResult((next with { Next = Math.Max(next.Next, held.Select(nonce => nonce + 1).DefaultIfEmpty().Max()) }, 0UL));
        },
        cancellationToken);

    (NonceState State, ulong Nonce) Choose(NonceState current, ulong latest, ulong known)
    {
        // What the chain has counted is used, by whomever; a free nonce that only the pool counts is another's too.
        var free = current.Free.Where(nonce => nonce >= known).ToArray();
        current = current with { Free = free };
        if (free.Length > 0)
            return (current with { Free = free[1..] }).Taken(free[0]);
        var candidate = known;
        while (current.Open.Contains(candidate))
            candidate++;
        if (candidate >= current.Next || IsLost(candidate, latest))
            return current.Taken(candidate);
        candidate = current.Next;
        while (current.Open.Contains(candidate))
            candidate++;
        return current.Taken(candidate);
    }

    bool IsLost(ulong nonce, ulong latest)
    {
        if (missing?.Nonce != nonce)
            missing = (nonce, time.GetTimestamp());
        return nonce >= latest && time.GetElapsedTime(missing.Value.Since) >= ReorganisationPatience;
    }

    async Task<ulong> ChangeAsync(Func<NonceState, Task<(NonceState State, ulong Nonce)>> change, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            state ??= await store.ReadAsync(chainId, account, cancellationToken) ?? NonceState.Unused;
            var (next, nonce) = await change(state);
            await store.WriteAsync(chainId, account, next, cancellationToken);
            state = next;
            return nonce;
        }
        finally
        {
            gate.Release();
        }
    }
}
