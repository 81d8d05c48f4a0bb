using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Accounting;

/// <summary>
/// Computes where every token is, twice: from the contracts' state, and from the token's and the escrow's events since the deployment.
/// Reads the whole history; meant for demonstrations, tests and the occasional audit.
/// </summary>
public sealed class MarketAuditor(Market market)
{
    /// <summary>The balance sheet at the newest block.</summary>
    /// <exception cref="EthereumRpcException">The endpoint failed, or has pruned what is needed.</exception>
    public async Task<BalanceSheet> ReadAsync(CancellationToken cancellationToken = default)
    {
        var head = await market.Client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
            ?? throw new RpcProtocolException("eth_getBlockByNumber: the node has no newest block.");
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
            Escrow = await market.Token.GetBalanceAsync(market.Escrow.Address, at, cancellationToken),
            EscrowHeld = await market.Escrow.GetTotalHeldAsync(at, cancellationToken),
            EscrowWithdrawable = await market.Escrow.GetTotalWithdrawableAsync(at, cancellationToken),
            Registry = await market.Token.GetBalanceAsync(market.Registry.Address, at, cancellationToken),
            Staked = Sum(stakes.Select(stake => stake.Staked + stake.Unbonding)),
            Treasury = treasury,
            Accounts = accounts,
            Stakes = stakes,
            Deposited = agreements.Deposited,
            Paid = agreements.Paid,
            Refunded = agreements.Refunded,
            Discrepancies = [],
        };
        return sheet with { Discrepancies = [.. Compare(sheet, agreements.Remaining, ledger)] };
    }

    static IEnumerable<string> Compare(BalanceSheet sheet, TokenAmount remaining, Ledger ledger)
    {
        var inHands = Sum(sheet.Accounts.Select(account => account.InHand));
        var credits = Sum(sheet.Accounts.Select(account => account.Withdrawable));
        (string What, TokenAmount Left, TokenAmount Right)[] sums =
        [
            ("The supply, and what accounts, escrow and registry have", sheet.TotalSupply, inHands + sheet.Escrow + sheet.Registry),
            ("The escrow's balance, and what it holds and owes", sheet.Escrow, sheet.EscrowHeld + sheet.EscrowWithdrawable),
            ("What the escrow holds, and what remains of all deposits", sheet.EscrowHeld, remaining),
            ("What the escrow owes, and what accounts can withdraw", sheet.EscrowWithdrawable, credits),
            ("All deposits, and what is paid, refunded and remains", sheet.Deposited, sheet.Paid + sheet.Refunded + remaining),
            ("What the escrow holds, and its events", sheet.EscrowHeld, new TokenAmount(ledger.Deposited - ledger.Credited)),
            ("What the escrow owes, and its events", sheet.EscrowWithdrawable, new TokenAmount(ledger.Credited - ledger.Withdrawn)),
        ];
        foreach (var (what, left, right) in sums.Where(sum => sum.Left != sum.Right))
            yield return $"{what}, differ: {left.ToTokens()} and {right.ToTokens()}.";
        foreach (var account in sheet.Accounts.Where(account => account.InHand.Value != ledger.BalanceOf(account.Account)))
            yield return $"{account.Account} has {account.InHand.ToTokens()}, but by its transfers it should have {new TokenAmount(ledger.BalanceOf(account.Account)).ToTokens()}.";
        if (sheet.Staked > sheet.Registry)
            yield return $"The registry has {sheet.Registry.ToTokens()}, less than the stakes of {sheet.Staked.ToTokens()}.";
    }

    async Task<IReadOnlyList<AccountBalance>> ReadAccountsAsync(IReadOnlyList<Address> accounts, BlockTag at,
        CancellationToken cancellationToken)
    {
        var inHand = await market.Token.GetBalancesAsync(accounts, at, cancellationToken);
        var withdrawable = await market.Escrow.GetWithdrawableAsync(accounts, at, cancellationToken);
        return [.. accounts.Select((account, i) => new AccountBalance(account, inHand[i], withdrawable[i]))];
    }

    async Task<IReadOnlyList<StakeBalance>> ReadStakesAsync(ulong block, BlockTag at, CancellationToken cancellationToken)
    {
        var providers = await market.Registry.ListOwnersAsync(block, cancellationToken);
        var stakes = await market.Registry.GetStakesAsync(providers, at, cancellationToken);
        var balances = new List<StakeBalance>();
        foreach (var (provider, stake) in providers.Zip(stakes))
        {
            var record = await market.Registry.GetTrackRecordAsync(provider, at, cancellationToken);
            balances.Add(new StakeBalance(provider, stake.Staked, stake.Unbonding, record.Slashed));
        }
        return balances;
    }

    async Task<(TokenAmount Deposited, TokenAmount Paid, TokenAmount Refunded, TokenAmount Remaining)> ReadAgreementsAsync(
        BlockTag at, CancellationToken cancellationToken)
    {
        var (deposited, paid, refunded, remaining) = (TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero);
        await foreach (var agreement in market.Agreements.ListAsync(at, cancellationToken))
        {
            deposited += agreement.Deposited;
            paid += agreement.Paid;
            refunded += agreement.Refunded;
            remaining += agreement.Remaining;
        }
        return (deposited, paid, refunded, remaining);
    }

    async Task<Ledger> ReadLedgerAsync(ulong block, CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            FromBlock = market.Deployment.DeployBlock, ToBlock = block, Addresses = [market.Token.Address, market.Escrow.Address],
        };
        var ledger = new Ledger(market.Escrow.Address, market.Registry.Address);
        foreach (var log in await market.Client.GetLogsAsync(filter, cancellationToken))
            ledger.Add(log, market.Token.Address);
        return ledger;
    }

    static TokenAmount Sum(IEnumerable<TokenAmount> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
}

/// <summary>What the token's and the escrow's events add up to.</summary>
sealed class Ledger(Address escrow, Address registry)
{
    readonly Dictionary<Address, UInt128> balances = [];
    readonly HashSet<Address> credited = [];

    public UInt128 Deposited { get; private set; }

    public UInt128 Credited { get; private set; }

    public UInt128 Withdrawn { get; private set; }

    public IEnumerable<Address> Accounts =>
        balances.Keys.Concat(credited).Where(account => account != escrow && account != registry && account != Address.Zero);

    public UInt128 BalanceOf(Address account) => balances.GetValueOrDefault(account);

    /// <exception cref="AbiDecodingException">A log has an event's topic but not its form, or moves what nobody had.</exception>
    public void Add(LogEntry log, Address token)
    {
        if (log.Address == token)
        {
            if (EventLog.TryDecode<StorageToken.TransferEvent>(log, out var transfer))
                Move(transfer.Event.From, transfer.Event.To, transfer.Event.Value.ToToken().Value);
        }
        else if (EventLog.TryDecode<AgreementEscrow.DepositedEvent>(log, out var deposit))
        {
            Deposited += deposit.Event.Amount.ToToken().Value;
        }
        else if (EventLog.TryDecode<AgreementEscrow.CreditedEvent>(log, out var credit))
        {
            Credited += credit.Event.Amount.ToToken().Value;
            credited.Add(credit.Event.Account);
        }
        else if (EventLog.TryDecode<AgreementEscrow.WithdrawnEvent>(log, out var withdrawal))
        {
            Withdrawn += withdrawal.Event.Amount.ToToken().Value;
        }
    }

    void Move(Address from, Address to, UInt128 amount)
    {
        if (from != Address.Zero)
            balances[from] = BalanceOf(from) >= amount ? BalanceOf(from) - amount
                : throw new AbiDecodingException($"By the logs, {from} sends more than it has.");
        if (to != Address.Zero)
            balances[to] = BalanceOf(to) + amount;
    }
}
