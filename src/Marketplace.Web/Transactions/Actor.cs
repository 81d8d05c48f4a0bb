using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Transactions;

/// <summary>Who may send an action: said with each, so that none is sent by an account for which it was not meant.</summary>
public sealed record Actor
{
    Actor(Address? account) => Account = account;

    /// <summary>Whoever does it, it does the same.</summary>
    public static Actor Anybody { get; } = new((Address?)null);

    /// <summary>The one that may; null for anybody.</summary>
    public Address? Account { get; }

    /// <summary>The account whose sums, words or rights it has.</summary>
    public static Actor Only(Address account) => new(account);
}
