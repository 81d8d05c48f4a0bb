using Marketplace.Application.Transactions;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Web.Transactions;

/// <summary>An action with its words, ready for review.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Summary">What it does, decoded.</param>
/// <param name="Actor">Who may do it.</param>
/// <param name="Action">For the wallet.</param>
public sealed record PreparedAction(string Title, string Summary, Actor Actor, WalletAction Action)
{
    /// <summary>What else is to be known before.</summary>
    public RenderFragment? Details { get; init; }

    /// <summary>Whether something is lost with it that nobody can bring back.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>What is to be reviewed when this is done; null where that is all.</summary>
    public PreparedAction? Next { get; init; }

    /// <summary>The first of some, each with what comes after it.</summary>
    /// <param name="actions">At least one.</param>
    public static PreparedAction InTurn(IReadOnlyList<PreparedAction> actions) =>
        actions.Count == 1 ? actions[0] : actions[0] with { Next = InTurn([.. actions.Skip(1)]) };
}
