using System.Collections.Concurrent;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>What is remembered of an account's nonces.</summary>
/// <param name="Next">One above the highest that was ever given out.</param>
/// <param name="Open">Given out and not yet settled, ascending.</param>
/// <param name="Free">Given back, to be used before new ones, ascending.</param>
public sealed record NonceState(ulong Next, IReadOnlyList<ulong> Open, IReadOnlyList<ulong> Free)
{
    /// <summary>Of an account that was never used here.</summary>
    public static NonceState Unused { get; } = new(0, [], []);

    internal (NonceState State, ulong Nonce) Taken(ulong nonce) =>
        (this with { Next = Math.Max(Next, checked(nonce + 1)), Open = [.. Open.Append(nonce).Distinct().Order()] }, nonce);

    internal NonceState Without(ulong nonce) => this with { Open = [.. Open.Where(other => other != nonce)] };

    internal NonceState WithFree(ulong nonce) => this with { Free = [.. Free.Append(nonce).Distinct().Order()] };
}

/// <summary>Keeps nonces over restarts. What <see cref="WriteAsync"/> has written must survive a crash right after it.</summary>
public interface INonceStore
{
    /// <summary>What was written last for the account, or null.</summary>
    ValueTask<NonceState?> ReadAsync(ulong chainId, Address account, CancellationToken cancellationToken = default);

    /// <summary>Replaces what is remembered; durable when it returns.</summary>
    ValueTask WriteAsync(ulong chainId, Address account, NonceState state, CancellationToken cancellationToken = default);
}

/// <summary>Forgets at the end of the process. For accounts whose pending transactions do not matter then.</summary>
public sealed class MemoryNonceStore : INonceStore
{
    readonly ConcurrentDictionary<(ulong, Address), NonceState> states = new();

    /// <inheritdoc/>
    public ValueTask<NonceState?> ReadAsync(ulong chainId, Address account, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(states.GetValueOrDefault((chainId, account)));

    /// <inheritdoc/>
    public ValueTask WriteAsync(ulong chainId, Address account, NonceState state, CancellationToken cancellationToken = default)
    {
        states[(chainId, account)] = state;
        return ValueTask.CompletedTask;
    }
}
