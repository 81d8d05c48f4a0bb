using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Transactions;

/// <summary>What is said of transactions that were sent.</summary>
public static class SentWords
{
    /// <summary>All of them in one line; empty for none.</summary>
    public static string LineOf(IReadOnlyCollection<SentTransaction> transactions)
    {
        var done = transactions.Count(sent => sent.State is SentState.Done);
        var waiting = transactions.Count(sent => sent.State is SentState.Waits { IsUnseen: false });
        (int Count, string One, string Many)[] groups =
        [
            (transactions.Count - done - waiting, "needs a look", "need a look"), (waiting, "waits", "wait"), (done, "is done", "are done"),
        ];
        var said = groups.Where(group => group.Count > 0).Select(group => (group.Count, Words: group.Count == 1 ? group.One : group.Many)).ToList();
        return string.Join(", ", said.Select((group, place) => place > 0 ? $"{group.Count} {group.Words}" : $"{group.Count} {(group.Count == 1 ? "transaction" : "transactions")} {group.Words}"));
    }

    /// <summary>What has become of one, in a few words.</summary>
    public static string TitleOf(SentState state) => state switch
    {
        SentState.Waits { IsUnseen: true } => "Not seen on the chain",
        SentState.Waits => "Waits for its block",
        SentState.Done => "Done",
        SentState.Failed => "The transaction failed",
        SentState.Replaced { IsCancelled: true } => "You cancelled it in your wallet",
        SentState.Replaced { By: not null } => "Another transaction took its place",
        SentState.Replaced => "The transaction was replaced",
        _ => "The transaction did not arrive",
    };

    /// <summary>It was sent again with a higher fee, as this one.</summary>
    public static string SpedUp(Hash256 other) => $"You sped it up in your wallet: it is in its block as {other}.";

    /// <summary>Why, and what to do; empty where there is nothing to say.</summary>
    public static string ReasonOf(SentState state) => state switch
    {
        SentState.Waits { IsUnseen: true } => "The chain’s endpoint does not know it, or not any more. It may have been dropped for a low fee: look into your wallet before you send it again.",
        SentState.Failed failed => failed.Reason,
        SentState.Done { SpedUpAs: { } other } => SpedUp(other),
        SentState.Replaced { By: { } other, IsCancelled: true } => $"Nothing was done by it. The transaction that cancelled it is {other}.",
        SentState.Replaced { By: { } other } => $"Your account sent another with its number, {other}, and its call is not the one that was reviewed here. Look at what it did before you try again.",
        SentState.Replaced => "You sped it up or cancelled it in your wallet, and the chain’s endpoint does not tell which. It may have been done: look at your account’s activity before you try again.",
        SentState.Lost => "Another one of your account has taken its place, or your wallet sent it elsewhere. Look into your wallet before you try again.",
        _ => "",
    };
}
