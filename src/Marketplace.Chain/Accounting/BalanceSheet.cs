using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Accounting;

/// <summary>What one account has.</summary>
/// <param name="Account">Whose.</param>
/// <param name="InHand">Its balance of the token.</param>
/// <param name="Withdrawable">What it can withdraw from the escrow; part of the escrow's own balance.</param>
public sealed record AccountBalance(Address Account, TokenAmount InHand, TokenAmount Withdrawable);

/// <summary>What one provider has at stake; part of the registry's own balance.</summary>
public sealed record StakeBalance(Address Provider, TokenAmount Staked, TokenAmount Unbonding, TokenAmount Slashed);

/// <summary>Where every token is, at one block.</summary>
public sealed record BalanceSheet
{
    /// <summary>The block.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>All tokens there are.</summary>
    public required TokenAmount TotalSupply { get; init; }

    /// <summary>The escrow contract's balance.</summary>
    public required TokenAmount Escrow { get; init; }

    /// <summary>Of it, deposits that are nobody's yet.</summary>
    public required TokenAmount EscrowHeld { get; init; }

    /// <summary>Of it, what accounts can withdraw.</summary>
    public required TokenAmount EscrowWithdrawable { get; init; }

    /// <summary>The registry contract's balance.</summary>
    public required TokenAmount Registry { get; init; }

    /// <summary>Of it, stakes with all misses counted.</summary>
    public required TokenAmount Staked { get; init; }

    /// <summary>
    /// Of it, slashed for misses that are counted but not yet swept to the treasury: that happens when the provider is next touched.
    /// </summary>
    public TokenAmount SlashedInTransit => Registry - Staked;

    /// <summary>The treasury; it is among <see cref="Accounts"/> too.</summary>
    public required Address Treasury { get; init; }

    /// <summary>All accounts, other than the two contracts, that ever had tokens or credits.</summary>
    public required IReadOnlyList<AccountBalance> Accounts { get; init; }

    /// <summary>All providers.</summary>
    public required IReadOnlyList<StakeBalance> Stakes { get; init; }

    /// <summary>What consumers have deposited, over all agreements.</summary>
    public required TokenAmount Deposited { get; init; }

    /// <summary>Of it, paid to providers and treasury.</summary>
    public required TokenAmount Paid { get; init; }

    /// <summary>Of it, refunded.</summary>
    public required TokenAmount Refunded { get; init; }

    /// <summary>One sentence for each sum that does not come out; none if every token is accounted for.</summary>
    public required IReadOnlyList<string> Discrepancies { get; init; }

    /// <summary>Whether every token is accounted for, by the contracts' state and by their events.</summary>
    public bool IsBalanced => Discrepancies.Count == 0;
}
