using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Outbox;

/// <summary>Where a transaction to be sent stands.</summary>
public enum OutboxState
{
    /// <summary>Waits for its turn; nothing is signed.</summary>
    Queued = 0,

    /// <summary>Signed, with a nonce, and perhaps with the node; no block holds it yet.</summary>
    Sent = 1,

    /// <summary>A block holds it that does not have enough others on top yet.</summary>
    Mined = 2,

    /// <summary>It succeeded, with enough blocks on top.</summary>
    Done = 3,

    /// <summary>It reverted, on chain or when it was simulated before signing; <see cref="OutboxEntry.Reason"/> says why.</summary>
    Failed = 4,

    /// <summary>Its time was over before a block held it; if it had a nonce, that was used up by a transaction that does nothing.</summary>
    Expired = 5,
}

/// <summary>A transaction to be sent once.</summary>
/// <param name="Kind">Groups entries for display and metrics, for instance <c>advance</c>.</param>
/// <param name="Key">Makes it idempotent: a second request with the same key changes nothing. For instance <c>advance:epoch:17</c>.</param>
/// <param name="Transaction">What to send. Without a gas limit it is simulated first, and a revert there ends it before it costs
/// anything.</param>
public sealed record OutboxRequest(string Kind, string Key, TransactionRequest Transaction)
{
    /// <summary>The chain's time after which it is useless and must not be sent any more; null for never.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Higher ones are sent first.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// Whether it can be simulated and sent while earlier ones wait for their block. False for one that needs what an earlier one does,
    /// such as an approval.
    /// </summary>
    public bool IsIndependent { get; init; }

    /// <summary>Whether an entry of this key that failed or expired is queued anew, with this request's contents.</summary>
    public bool RepeatsFailed { get; init; }
}

/// <summary>A row of the outbox.</summary>
public sealed record OutboxEntry
{
    /// <summary>Counts up.</summary>
    public required long Id { get; init; }

    /// <inheritdoc cref="OutboxRequest" path="/param[@name='Kind']"/>
    public required string Kind { get; init; }

    /// <inheritdoc cref="OutboxRequest" path="/param[@name='Key']"/>
    public required string Key { get; init; }

    /// <summary>What is sent.</summary>
    public required TransactionRequest Transaction { get; init; }

    /// <summary>Where it stands.</summary>
    public required OutboxState State { get; init; }

    /// <inheritdoc cref="OutboxRequest.Priority"/>
    public required int Priority { get; init; }

    /// <inheritdoc cref="OutboxRequest.IsIndependent"/>
    public required bool IsIndependent { get; init; }

    /// <inheritdoc cref="OutboxRequest.NotAfter"/>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Its place in the sender's sequence, once signed.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>The hash of the attempt that a block holds, else of the newest attempt.</summary>
    public Hash256? Hash { get; init; }

    /// <summary>The block that holds it.</summary>
    public ulong? BlockNumber { get; init; }

    /// <summary>What it cost in gas.</summary>
    public ulong? GasUsed { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>The bytes with which a contract refused; a custom error's selector and values.</summary>
    public ReadOnlyMemory<byte>? RevertData { get; init; }

    /// <summary>How often it was signed: once, and once more for each raise of its fees and for its cancellation.</summary>
    public required int Attempts { get; init; }

    /// <summary>
    /// Whether nothing will happen to it any more, unless the chain is rolled back further than the confirmations that were waited for.
    /// </summary>
    public bool IsFinished => State is OutboxState.Done or OutboxState.Failed or OutboxState.Expired;
}

/// <summary>One signed version of an entry. Its bytes are on disk before a node sees them.</summary>
/// <param name="Hash">Its identity on the chain.</param>
/// <param name="Raw">The signed bytes.</param>
/// <param name="Nonce">The same for all attempts of an entry.</param>
/// <param name="MaxFeePerGas">The most that is paid for a unit of gas.</param>
/// <param name="MaxPriorityFeePerGas">The most of it that goes to the proposer.</param>
/// <param name="IsCancellation">Whether it does nothing but use the nonce up.</param>
/// <param name="SignedAt">This machine's time; decides when fees are raised.</param>
sealed record OutboxAttempt(
    Hash256 Hash, ReadOnlyMemory<byte> Raw, ulong Nonce, Wei MaxFeePerGas, Wei MaxPriorityFeePerGas, bool IsCancellation,
        DateTimeOffset SignedAt);
