using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>A transaction that will not take effect.</summary>
public abstract class TransactionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A contract refused a call, with data that no known error fits, or with none.</summary>
public sealed class CallRevertedException : TransactionException
{
    internal CallRevertedException(ReadOnlyMemory<byte> data, string words)
        : base($"The contract refused: {words}") => RevertData = data;

    /// <summary>What the contract reverted with; empty where the node gave nothing.</summary>
    public ReadOnlyMemory<byte> RevertData { get; }
}

/// <summary>
/// A transaction is in a block but its execution failed. The fee is spent. The inner exception is the contract's reason where it could be
/// found.
/// </summary>
public sealed class TransactionRevertedException : TransactionException
{
    internal TransactionRevertedException(TransactionReceipt receipt, Exception? reason)
        : base(
            $"Transaction {receipt.TransactionHash} failed in block {receipt.BlockNumber}: {reason?.Message ?? "the reason is unknown"}",
            reason) =>
        Receipt = receipt;

    /// <summary>The receipt with status 0.</summary>
    public TransactionReceipt Receipt { get; }
}

/// <summary>Another transaction of the account, not sent from here, took the nonce. This one can never take effect.</summary>
public sealed class TransactionReplacedException : TransactionException
{
    internal TransactionReplacedException(Address sender, ulong nonce)
        : base($"Another transaction of {sender} used nonce {nonce}. Is the account used elsewhere?") => (Sender, Nonce) = (sender, nonce);

    /// <summary>The account.</summary>
    public Address Sender { get; }

    /// <summary>The nonce that was taken.</summary>
    public ulong Nonce { get; }
}

/// <summary>The node refused a new transaction. Nothing was sent, and the nonce is free again.</summary>
public sealed class TransactionRefusedException : TransactionException
{
    internal TransactionRefusedException(SubmissionOutcome outcome, string? words)
        : base($"The node refused the transaction ({outcome}): {words}") => Outcome = outcome;

    /// <summary>Why.</summary>
    public SubmissionOutcome Outcome { get; }
}
