using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Web.Transactions;

/// <summary>A transaction that a wallet sent for these pages. All of it is public.</summary>
/// <param name="Hash">As the wallet told it.</param>
/// <param name="Request">What was sent, by which account.</param>
/// <param name="Expected">The number among the account's that it should have; null where that is not known.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Since">When it was sent.</param>
/// <param name="State">What has become of it.</param>
public sealed record SentTransaction(Hash256 Hash, TransactionRequest Request, ulong? Expected, string Summary, DateTimeOffset Since, SentState State)
{
    /// <summary>Whose.</summary>
    public Address Account => Request.From ?? Address.Zero;
}

/// <summary>What has become of a transaction that was sent.</summary>
public abstract record SentState
{
    SentState()
    {
    }

    /// <summary>Whether nothing more can become of it.</summary>
    public bool IsOver => this is not Waits;

    /// <summary>Whether it, or what stands for it, may have done what it should, or may yet.</summary>
    public bool IsUncertain => this is Lost or Replaced { IsCancelled: false };

    /// <summary>It is on its way into a block.</summary>
    /// <param name="Nonce">Its number among the account's; null until the endpoint knows it.</param>
    /// <param name="IsUnseen">Whether the endpoint has not known it for many blocks: it may have been dropped, or was sent elsewhere.</param>
    public sealed record Waits(ulong? Nonce = null, bool IsUnseen = false) : SentState;

    /// <summary>It is in a block, and did what it should.</summary>
    /// <param name="Receipt">Of what is there.</param>
    /// <param name="SpedUpAs">The same with a higher fee, which is there instead; null where nobody sped it up.</param>
    public sealed record Done(TransactionReceipt Receipt, Hash256? SpedUpAs = null) : SentState;

    /// <summary>It is in a block, but failed.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record Failed(string Reason) : SentState;

    /// <summary>Another of the same account took its place, as the endpoint saw.</summary>
    /// <param name="By">That one, whose call is another; null where it was not found: it may have done the same.</param>
    /// <param name="IsCancelled">Whether that one does nothing at all.</param>
    public sealed record Replaced(Hash256? By = null, bool IsCancelled = false) : SentState;

    /// <summary>The endpoint never knew it, and another of the same account has its number.</summary>
    public sealed record Lost : SentState;
}
