using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Accounting;

/// <summary>What the events of the token, the escrow and the vault add up to.</summary>
sealed class Ledger(Deployment market)
{
    readonly MarketEvents events = new(market);
    readonly Dictionary<Address, UInt128> balances = [];
    readonly Dictionary<Address, UInt128> held = [];
    readonly HashSet<Address> credited = [];

    /// <summary>What all accounts can withdraw from the escrow.</summary>
    public UInt128 Withdrawable { get; private set; }

    /// <summary>What the vault owes.</summary>
    public UInt128 Liabilities { get; private set; }

    /// <summary>What consumers were given of slashes and have not claimed, with what rounding left over.</summary>
    public UInt128 Compensation { get; private set; }

    /// <summary>How often compensation was rounded: by less than a base unit each time.</summary>
    public ulong Roundings { get; private set; }

    public IEnumerable<Address> Accounts => balances.Keys.Concat(credited)
        .Where(account => account != market.AgreementEscrow && account != market.StakeVault && account != Address.Zero);

    public UInt128 BalanceOf(Address account) => balances.GetValueOrDefault(account);

    /// <summary>What the escrow holds for a controller.</summary>
    public UInt128 HeldBy(Address controller) => held.GetValueOrDefault(controller);

    /// <exception cref="AbiDecodingException">A log moves what nobody had.</exception>
    public void Add(LogEntry log)
    {
        if (log.Address == market.StorageToken)
        {
            if (Ethereum.Contracts.EventLog.TryDecode<StorageToken.TransferEvent>(log, out var transfer))
                Move(transfer.Event.From, transfer.Event.To, transfer.Event.Value.ToToken().Value);
            return;
        }
        switch (events.Decode(log))
        {
            case AgreementEscrow.DepositedEvent deposit:
                held[deposit.Controller] = HeldBy(deposit.Controller) + deposit.Amount.ToToken().Value;
                break;
            case AgreementEscrow.CreditedEvent credit:
                held[credit.Controller] = Less(HeldBy(credit.Controller), credit.Amount.ToToken().Value, "The escrow");
                Withdrawable += credit.Amount.ToToken().Value;
                credited.Add(credit.Account);
                break;
            case AgreementEscrow.WithdrawnEvent withdrawal:
                Withdrawable = Less(Withdrawable, withdrawal.Amount.ToToken().Value, "The escrow");
                break;
            case { } other:
                AddToVault(other);
                break;
        }
    }

    void AddToVault(object happened)
    {
        switch (happened)
        {
            case StakeVault.StakedEvent staked:
                Liabilities += staked.Amount.ToToken().Value;
                break;
            case StakeVault.DelegatedEvent delegated:
                Liabilities += delegated.Amount.ToToken().Value;
                break;
            case StakeVault.EarningsAddedEvent earned:
                Liabilities += earned.Amount.ToToken().Value;
                break;
            case StakeVault.UnstakedEvent unstaked:
                Liabilities = Less(Liabilities, unstaked.Amount.ToToken().Value, "The vault");
                break;
            case StakeVault.UndelegatedEvent undelegated:
                Liabilities = Less(Liabilities, undelegated.Amount.ToToken().Value, "The vault");
                break;
            case StakeVault.SweptEvent swept:
                Liabilities = Less(Liabilities, swept.Amount.ToToken().Value, "The vault");
                break;
            default:
                AddToCompensation(happened);
                break;
        }
    }

    void AddToCompensation(object happened)
    {
        switch (happened)
        {
            case StakeVault.StakeSlashedEvent slashed:
                Compensation += slashed.Compensation.ToToken().Value;
                Roundings++;
                break;
            case StakeVault.PositionAddedEvent or StakeVault.PositionEndedEvent:
                Roundings++;
                break;
            case StakeVault.CompensationRoundedOffEvent rounded:
                Compensation = Less(Compensation, rounded.Amount.ToToken().Value, "The vault");
                break;
            case StakeVault.CompensationPaidEvent paid:
                Liabilities = Less(Liabilities, paid.Amount.ToToken().Value, "The vault");
                Compensation = Less(Compensation, paid.Amount.ToToken().Value, "The vault");
                Roundings++;
                break;
        }
    }

    void Move(Address from, Address to, UInt128 amount)
    {
        if (from != Address.Zero)
            balances[from] = Less(BalanceOf(from), amount, from.ToString());
        if (to != Address.Zero)
            balances[to] = BalanceOf(to) + amount;
    }

    static UInt128 Less(UInt128 from, UInt128 amount, string who) =>
        from >= amount ? from - amount : throw new AbiDecodingException($"By the logs, {who} gives more than it has.");
}
