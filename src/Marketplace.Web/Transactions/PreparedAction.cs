using Marketplace.Application.Transactions;

namespace Marketplace.Web.Transactions;

/// <summary>An action with its words, ready for review.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Summary">What it does, decoded.</param>
/// <param name="Action">For the wallet.</param>
public sealed record PreparedAction(string Title, string Summary, WalletAction Action);
