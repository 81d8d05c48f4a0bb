using Marketplace.Application.Transactions;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Transactions;

/// <summary>An action with its words, ready for review.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Summary">What it does, decoded.</param>
/// <param name="Action">For the wallet.</param>
public sealed record PreparedAction(string Title, string Summary, WalletAction Action)
{
    /// <summary>The account whose sums or address it has; null where any account may do it.</summary>
    public Address? Only { get; init; }
}
