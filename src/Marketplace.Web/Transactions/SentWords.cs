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
        SentState.Replaced => "The transaction was replaced",
        _ => "The transaction did not arrive",
    };

    /// <summary>Why, and what to do; empty where there is nothing to say.</summary>
    public static string ReasonOf(SentState state) => state switch
    {
        SentState.Waits { IsUnseen: true } => "The chain’s endpoint does not know it, or not any more. It may have been dropped for a low fee: look into your wallet before you send it again.",
        SentState.Failed failed => failed.Reason,
        SentState.Replaced => "You sped it up or cancelled it in your wallet. Look here again: what it did instead shows on the page.",
        SentState.Lost => "Another one of your account has taken its place, or your wallet sent it elsewhere. Look into your wallet before you try again.",
        _ => "",
    };
}
