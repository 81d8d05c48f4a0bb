using Marketplace.Application.Transactions;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Web.Transactions;

/// <summary>How far an action is.</summary>
public abstract record RunState
{
    RunState()
    {
    }

    /// <summary>It is tried out.</summary>
    public sealed record Checking : RunState;

    /// <summary>It would do; the user decides.</summary>
    /// <param name="Outlook">What is asked for.</param>
    /// <param name="IsPermitSigned">Whether it was asked before, and the fee could be told only now, or rose.</param>
    public sealed record Ready(ActionOutlook.Fits Outlook, bool IsPermitSigned = false) : RunState;

    /// <summary>The wallet shows the permit.</summary>
    public sealed record Signing(int Of) : RunState;

    /// <summary>The wallet shows the transaction.</summary>
    public sealed record Sending(int Step, int Of) : RunState;

    /// <summary>The transaction is on its way into a block.</summary>
    /// <param name="Hash">The wallet's word for it.</param>
    /// <param name="Sent">What is known of it.</param>
    public sealed record Pending(Hash256 Hash, SentState.Waits Sent) : RunState;

    /// <summary>It is in a block.</summary>
    /// <param name="Receipt">Of what is there.</param>
    /// <param name="Note">What is to be said besides; empty for nothing.</param>
    public sealed record Done(TransactionReceipt Receipt, string Note) : RunState;

    /// <summary>It came to nothing, or nobody knows what it came to.</summary>
    /// <param name="Title">What happened, in a few words.</param>
    /// <param name="Reason">Why, and what to do.</param>
    /// <param name="IsUncertain">Whether it may have been done all the same, or may yet: to try again may be to do it twice.</param>
    public sealed record Stopped(string Title, string Reason, bool IsUncertain = false) : RunState;
}
