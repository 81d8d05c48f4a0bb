using System.Collections.Concurrent;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// Signed bytes that carry out an intent. Several attempts at one intent share its nonce, so that at most one of them can ever take effect.
/// </summary>
/// <param name="Intent">The caller's own name for what is to be done once, for instance an outbox row's key.</param>
/// <param name="ChainId">The chain.</param>
/// <param name="Sender">The account.</param>
/// <param name="Nonce">The account's nonce.</param>
/// <param name="Hash">The transaction's hash.</param>
/// <param name="Raw">The signed bytes. Public knowledge once sent; no secret.</param>
public sealed record TransactionAttempt(string Intent, ulong ChainId, Address Sender, ulong Nonce, Hash256 Hash, ReadOnlyMemory<byte> Raw);

/// <summary>How an intent ended.</summary>
public enum TransactionFate
{
    /// <summary>In a block, confirmed, and it took effect.</summary>
    Succeeded,

    /// <summary>In a block, confirmed, but execution failed; only the fee was spent.</summary>
    Reverted,

    /// <summary>Another transaction of the account used the nonce; this one can never take effect.</summary>
    Replaced,

    /// <summary>The node refused the bytes and nothing was sent. The intent may be submitted anew.</summary>
    Refused,
}

/// <summary>
/// The record that makes sending crash-proof: an attempt is durable here *before* its bytes leave the process. A crash between the two
/// loses nothing, since the bytes are
/// sent again at the next start, and sends nothing twice, since they are the same bytes under the same nonce.
/// </summary>
public interface ITransactionJournal
{
    /// <summary>
    /// Adds an attempt; durable when it returns. If it throws, nothing is sent. After <see cref="TransactionFate.Refused"/> the intent
    /// starts anew with it.
    /// </summary>
    Task AppendAsync(TransactionAttempt attempt, CancellationToken cancellationToken = default);

    /// <summary>
    /// The attempts at an intent in the order they were added, also when it has ended; none when it was refused, or never attempted.
    /// </summary>
    Task<IReadOnlyList<TransactionAttempt>> FindAsync(string intent, CancellationToken cancellationToken = default);

    /// <summary>The attempts at all intents of an account that have not ended, in the order they were added.</summary>
    Task<IReadOnlyList<TransactionAttempt>> ReadOpenAsync(ulong chainId, Address sender, CancellationToken cancellationToken = default);

    /// <summary>Notes how an intent ended. May be called again with the same fate.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="fate">How it ended.</param>
    /// <param name="receipt">The receipt, when a block holds it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task ConcludeAsync(string intent, TransactionFate fate, TransactionReceipt? receipt, CancellationToken cancellationToken = default);
}

/// <summary>Forgets at the end of the process: for one-off commands, where the person sees the outcome, and tests.</summary>
public sealed class MemoryTransactionJournal : ITransactionJournal
{
    readonly Lock gate = new();
    readonly List<TransactionAttempt> attempts = [];
    readonly ConcurrentDictionary<string, TransactionFate> fates = new();

    /// <inheritdoc/>
    public Task AppendAsync(TransactionAttempt attempt, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (fates.TryGetValue(attempt.Intent, out var fate) && fate == TransactionFate.Refused)
                Forget(attempt.Intent);
            attempts.Add(attempt);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransactionAttempt>> FindAsync(string intent, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var refused = fates.TryGetValue(intent, out var fate) && fate == TransactionFate.Refused;
            return Task.FromResult<IReadOnlyList<TransactionAttempt>>(refused
                ? []
                : [.. attempts.Where(attempt => attempt.Intent == intent)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransactionAttempt>> ReadOpenAsync(
        ulong chainId, Address sender, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var own = attempts.Where(attempt => attempt.ChainId == chainId && attempt.Sender == sender);
            return Task.FromResult<IReadOnlyList<TransactionAttempt>>([.. own.Where(attempt => !fates.ContainsKey(attempt.Intent))]);
        }
    }

    /// <inheritdoc/>
    public Task ConcludeAsync(
        string intent, TransactionFate fate, TransactionReceipt? receipt, CancellationToken cancellationToken = default)
    {
        fates[intent] = fate;
        return Task.CompletedTask;
    }

    void Forget(string intent)
    {
        attempts.RemoveAll(attempt => attempt.Intent == intent);
        fates.TryRemove(intent, out _);
    }
}
