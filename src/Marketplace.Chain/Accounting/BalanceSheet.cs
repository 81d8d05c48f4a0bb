using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Accounting;

/// <summary>What one account has.</summary>
/// <param name="Account">Whose.</param>
/// <param name="InHand">Its balance of the token.</param>
/// <param name="Withdrawable">What it can withdraw from the escrow; part of the escrow's own balance.</param>
public sealed record AccountBalance(Address Account, TokenAmount InHand, TokenAmount Withdrawable);

/// <summary>What lies behind one provider with all misses counted; part of what the vault owes.</summary>
public sealed record StakeBalance(Address Provider, ProviderPots Pots, TokenAmount Unvested, TokenAmount Slashed);

/// <summary>The four pots behind a provider.</summary>
public sealed record ProviderPots(TokenAmount Staked, TokenAmount Unbonding, TokenAmount Delegated, TokenAmount Undelegating)
{
    /// <summary>Their sum.</summary>
    public TokenAmount Total => Staked + Unbonding + Delegated + Undelegating;
}

/// <summary>The escrow's tokens.</summary>
/// <param name="Balance">Of the contract.</param>
/// <param name="ForSpace">Held for agreements; nobody's yet.</param>
/// <param name="Bonds">Held for open audits.</param>
/// <param name="ForReading">Held for vouchers.</param>
/// <param name="Withdrawable">What accounts can withdraw.</param>
public sealed record EscrowBalance(
    TokenAmount Balance, TokenAmount ForSpace, TokenAmount Bonds, TokenAmount ForReading, TokenAmount Withdrawable)
{
    /// <summary>Held for whatever reason.</summary>
    public TokenAmount Held => ForSpace + Bonds + ForReading;
}

/// <summary>The stake vault's tokens.</summary>
/// <param name="Balance">Of the contract.</param>
/// <param name="Credits">What it can fetch from the escrow for delegators.</param>
/// <param name="Liabilities">All that it owes.</param>
/// <param name="Staked">Behind providers, with all misses counted.</param>
/// <param name="Uncounted">Slashes for misses that are over but that no transaction has counted yet.</param>
/// <param name="Unvested">Delegators' earnings on their way.</param>
/// <param name="TreasuryDue">The treasury's part of slashes, not sent yet.</param>
/// <param name="Compensation">Consumers' part of slashes, not claimed yet.</param>
public sealed record VaultBalance(
    TokenAmount Balance, TokenAmount Credits, TokenAmount Liabilities, TokenAmount Staked, TokenAmount Uncounted, TokenAmount Unvested,
    TokenAmount TreasuryDue, TokenAmount Compensation);

/// <summary>What consumers have paid in, over all agreements.</summary>
/// <param name="Deposited">Taken.</param>
/// <param name="Paid">Of it, paid to providers, their delegators and the treasury.</param>
/// <param name="Refunded">Of it, given back.</param>
/// <param name="Remaining">Of it, neither.</param>
public sealed record DepositBalance(TokenAmount Deposited, TokenAmount Paid, TokenAmount Refunded, TokenAmount Remaining);

/// <summary>Where every token is, at one block.</summary>
public sealed record BalanceSheet
{
    /// <summary>The block.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>All tokens there are.</summary>
    public required TokenAmount TotalSupply { get; init; }

    /// <summary>The escrow.</summary>
    public required EscrowBalance Escrow { get; init; }

    /// <summary>The stake vault.</summary>
    public required VaultBalance Vault { get; init; }

    /// <summary>The treasury; it is among <see cref="Accounts"/> too.</summary>
    public required Address Treasury { get; init; }

    /// <summary>All accounts, other than the two contracts, that ever had tokens or credits.</summary>
    public required IReadOnlyList<AccountBalance> Accounts { get; init; }

    /// <summary>All providers.</summary>
    public required IReadOnlyList<StakeBalance> Stakes { get; init; }

    /// <summary>For space.</summary>
    public required DepositBalance Space { get; init; }

    /// <summary>For reading.</summary>
    public required DepositBalance Reading { get; init; }

    /// <summary>One sentence for each sum that does not come out; none if every token is accounted for.</summary>
    public required IReadOnlyList<string> Discrepancies { get; init; }

    /// <summary>Whether every token is accounted for, by the contracts' state and by their events.</summary>
    public bool IsBalanced => Discrepancies.Count == 0;
}
