using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;

namespace Marketplace.Chain.Accounting;

/// <summary>What has to come out on a balance sheet.</summary>
static class SheetChecks
{
    /// <summary>One sentence for each sum that does not.</summary>
    public static IEnumerable<string> Compare(BalanceSheet sheet, TokenAmount held, Ledger ledger, Deployment market)
    {
        var wrong = Equalities(sheet, held, ledger, market).Where(sum => sum.Left != sum.Right)
            .Select(sum => $"{sum.What}, differ: {sum.Left.ToTokens()} and {sum.Right.ToTokens()}.");
        return [.. wrong, .. CompareVault(sheet, ledger), .. CompareAccounts(sheet, ledger)];
    }

    static IEnumerable<(string What, TokenAmount Left, TokenAmount Right)> Equalities(
        BalanceSheet sheet, TokenAmount held, Ledger ledger, Deployment market)
    {
        var (escrow, vault) = (sheet.Escrow, sheet.Vault);
        var inHands = Sum(sheet.Accounts.Select(account => account.InHand));
        var credits = Sum(sheet.Accounts.Select(account => account.Withdrawable)) + vault.Credits;
        return
        [
            ("The supply, and what accounts, escrow and vault have", sheet.TotalSupply, inHands + escrow.Balance + vault.Balance),
            ("The escrow's balance, and what it holds and owes", escrow.Balance, held + escrow.Withdrawable),
            ("What the escrow holds, and what remains of deposits and bonds", held, escrow.Held),
            ("What the escrow owes, and what accounts can withdraw", escrow.Withdrawable, credits),
            ("All deposits for space, and what is paid, refunded and remains", sheet.Space.Deposited, Parts(sheet.Space)),
            ("All deposits for reading, and what is paid, refunded and remains", sheet.Reading.Deposited, Parts(sheet.Reading)),
            ("What is held for space, and its events", escrow.ForSpace, new(ledger.HeldBy(market.StorageAgreements))),
            ("What is held for audits, and its events", escrow.Bonds, new(ledger.HeldBy(market.StorageAudits))),
            ("What is held for reading, and its events", escrow.ForReading, new(ledger.HeldBy(market.EgressVouchers))),
            ("What the escrow owes, and its events", escrow.Withdrawable, new(ledger.Withdrawable)),
            ("What the vault owes, and its events", vault.Liabilities, new(ledger.Liabilities)),
        ];
    }

    /// <summary>Compensation is rounded down, agreement by agreement; what that leaves over is in the vault, and the treasury's at last.</summary>
    static IEnumerable<string> CompareVault(BalanceSheet sheet, Ledger ledger)
    {
        var vault = sheet.Vault;
        var owed = vault.Staked + vault.Uncounted + vault.Unvested + vault.TreasuryDue + vault.Compensation;
        if (owed > vault.Liabilities || (vault.Liabilities - owed).Value > ledger.Roundings)
            yield return $"What the vault owes, and stakes, earnings and parts of slashes, differ: {vault.Liabilities.ToTokens()} and {owed.ToTokens()}.";
        if (vault.Compensation.Value > ledger.Compensation || ledger.Compensation - vault.Compensation.Value > ledger.Roundings)
            yield return $"Consumers are owed {vault.Compensation.ToTokens()} of slashes, but by the events {new TokenAmount(ledger.Compensation).ToTokens()}.";
        if (vault.Balance + vault.Credits < vault.Liabilities)
            yield return $"The vault has {(vault.Balance + vault.Credits).ToTokens()}, less than the {vault.Liabilities.ToTokens()} that it owes.";
    }

    static IEnumerable<string> CompareAccounts(BalanceSheet sheet, Ledger ledger) =>
        sheet.Accounts.Where(account => account.InHand.Value != ledger.BalanceOf(account.Account)).Select(account =>
            $"{account.Account} has {account.InHand.ToTokens()}, but by its transfers it should have {new TokenAmount(ledger.BalanceOf(account.Account)).ToTokens()}.");

    static TokenAmount Parts(DepositBalance deposits) => deposits.Paid + deposits.Refunded + deposits.Remaining;

    static TokenAmount Sum(IEnumerable<TokenAmount> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
}
