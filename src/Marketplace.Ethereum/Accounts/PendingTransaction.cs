using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>An intent that is in the journal and, unless the network failed, with a node.</summary>
public sealed class PendingTransaction
{
    readonly List<SignedTransaction> attempts;

    internal PendingTransaction(string intent, IEnumerable<SignedTransaction> attempts, long sentAt)
    {
        Intent = intent;
        this.attempts = [.. attempts];
        SentAt = sentAt;
    }

    /// <summary>The caller's name for it.</summary>
    public string Intent { get; }

    /// <summary>The account.</summary>
    public Address Sender => Newest.Sender;

    /// <summary>The nonce that all attempts share.</summary>
    public ulong Nonce => Newest.Transaction.Nonce;

    /// <summary>The hash of the newest attempt; an older one may still be the one that a block takes.</summary>
    public Hash256 Hash => Newest.Hash;

    /// <summary>All attempts, the newest last.</summary>
    public IReadOnlyList<SignedTransaction> Attempts => attempts;

    internal SignedTransaction Newest => attempts[^1];

    /// <summary>The time provider's timestamp of the newest attempt.</summary>
    internal long SentAt { get; private set; }

    internal void Add(SignedTransaction attempt, long sentAt)
    {
        attempts.Add(attempt);
        SentAt = sentAt;
    }
}
