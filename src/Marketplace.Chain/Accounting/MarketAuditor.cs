using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Accounting;

/// <summary>
/// Computes where every token is, twice: from the contracts' state, and from their events since the deployment. Reads the whole history;
/// meant for demonstrations, tests and the occasional audit.
/// </summary>
public sealed class MarketAuditor(Market market)
{
    /// <summary>The balance sheet at the newest block.</summary>
    /// <exception cref="EthereumRpcException">The endpoint failed, or has pruned what is needed.</exception>
    public async Task<BalanceSheet> ReadAsync(CancellationToken cancellationToken = default)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var at = BlockTag.At(head.Hash);
        var ledger = await ReadLedgerAsync(head.Number, cancellationToken);
        var treasury = (await market.Parameters.GetAsync(at, cancellationToken)).Treasury;
        var accounts = await ReadAccountsAsync([.. ledger.Accounts.Append(treasury).Distinct().Order()], at, cancellationToken);
        var stakes = await ReadStakesAsync(head.Number, at, cancellationToken);
        var agreements = await ReadAgreementsAsync(at, cancellationToken);
        var sheet = new BalanceSheet
        {
            BlockNumber = head.Number,
            TotalSupply = await market.Token.GetTotalSupplyAsync(at, cancellationToken),
            Escrow = new EscrowBalance(
                await market.Token.GetBalanceAsync(market.Escrow.Address, at, cancellationToken), agreements.Space.Remaining,
                await ReadBondsAsync(at, cancellationToken), agreements.Reading.Remaining,
                await market.Escrow.GetTotalWithdrawableAsync(at, cancellationToken)),
            Vault = await ReadVaultAsync(stakes, agreements.Compensation, at, cancellationToken),
            Treasury = treasury,
            Accounts = accounts,
            Stakes = stakes.Balances,
            Space = agreements.Space,
            Reading = agreements.Reading,
            Discrepancies = [],
        };
        var held = await market.Escrow.GetTotalHeldAsync(at, cancellationToken);
        return sheet with { Discrepancies = [.. SheetChecks.Compare(sheet, held, ledger, market.Deployment)] };
    }

    async Task<VaultBalance> ReadVaultAsync(StakesRead stakes, TokenAmount compensation, BlockTag at, CancellationToken cancellationToken)
    {
        var staked = Sum(stakes.Balances.Select(stake => stake.Pots.Total));
        return new VaultBalance(
            await market.Token.GetBalanceAsync(market.Stakes.Address, at, cancellationToken),
            await market.Escrow.GetWithdrawableAsync(market.Stakes.Address, at, cancellationToken),
            await market.Stakes.GetTotalLiabilitiesAsync(at, cancellationToken),
            staked,
            stakes.Stored - staked,
            Sum(stakes.Balances.Select(stake => stake.Unvested)),
            await market.Stakes.GetTreasuryDueAsync(at, cancellationToken),
            compensation);
    }

    async Task<IReadOnlyList<AccountBalance>> ReadAccountsAsync(
        IReadOnlyList<Address> accounts, BlockTag at, CancellationToken cancellationToken)
    {
        var inHand = await market.Token.GetBalancesAsync(accounts, at, cancellationToken);
        var withdrawable = await market.Escrow.GetWithdrawableAsync(accounts, at, cancellationToken);
        return [.. accounts.Select((account, i) => new AccountBalance(account, inHand[i], withdrawable[i]))];
    }

    async Task<StakesRead> ReadStakesAsync(ulong block, BlockTag at, CancellationToken cancellationToken)
    {
        var providers = await market.Registry.ListOwnersAsync(block, cancellationToken);
        var stakes = await market.Stakes.GetManyAsync(providers, at, cancellationToken);
        var balances = new List<StakeBalance>();
        var stored = TokenAmount.Zero;
        foreach (var (provider, stake) in providers.Zip(stakes))
        {
            var record = await market.Registry.GetTrackRecordAsync(provider, at, cancellationToken);
            var pots = new ProviderPots(stake.Staked, stake.Unbonding, stake.Delegated, stake.Undelegating);
            balances.Add(new StakeBalance(provider, pots, stake.Unvested, record.Slashed));
            stored += await market.Stakes.GetSlashableAsync(provider, at, cancellationToken);
        }
        return new StakesRead(balances, stored);
    }

    async Task<AgreementsRead> ReadAgreementsAsync(BlockTag at, CancellationToken cancellationToken)
    {
        var (space, reading, compensation) = (new DepositBalance(default, default, default, default),
            new DepositBalance(default, default, default, default), TokenAmount.Zero);
        var agreements = new List<AgreementId>();
        await foreach (var agreement in market.Agreements.ListAsync(at, cancellationToken))
        {
            agreements.Add(agreement.Id);
            space = new DepositBalance(
                space.Deposited + agreement.Deposited, space.Paid + agreement.Paid, space.Refunded + agreement.Refunded,
                space.Remaining + agreement.Remaining);
        }
        foreach (var account in await market.Egress.GetManyAsync(agreements, at, cancellationToken))
        {
            reading = new DepositBalance(
                reading.Deposited + account.Deposited, reading.Paid + account.Redeemed, reading.Refunded + account.Reclaimed,
                reading.Remaining + account.Remaining);
        }
        foreach (var due in await market.Stakes.GetCompensationsAsync(agreements, at, cancellationToken))
            compensation += due;
        return new AgreementsRead(space, reading, compensation);
    }

    async Task<TokenAmount> ReadBondsAsync(BlockTag at, CancellationToken cancellationToken)
    {
        var bonds = TokenAmount.Zero;
        foreach (var page in ContractReader.Pages(await market.Audits.CountAsync(at, cancellationToken)))
        {
            var audits = await market.Audits.GetManyAsync([.. page.Select(number => new AuditId(number))], at, cancellationToken);
            bonds += Sum(audits.Where(audit => audit.State == AuditState.Demanded).Select(audit => audit.Bond));
        }
        return bonds;
    }

    async Task<Ledger> ReadLedgerAsync(ulong block, CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            FromBlock = market.Deployment.DeployBlock, ToBlock = block,
            Addresses = [market.Token.Address, market.Escrow.Address, market.Stakes.Address],
        };
        var ledger = new Ledger(market.Deployment);
        foreach (var log in await market.Client.GetLogsAsync(filter, cancellationToken))
            ledger.Add(log);
        return ledger;
    }

    static TokenAmount Sum(IEnumerable<TokenAmount> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);

    /// <param name="Balances">With all misses counted.</param>
    /// <param name="Stored">All pots without the misses that no transaction has counted yet.</param>
    sealed record StakesRead(IReadOnlyList<StakeBalance> Balances, TokenAmount Stored);

    sealed record AgreementsRead(DepositBalance Space, DepositBalance Reading, TokenAmount Compensation);
}
