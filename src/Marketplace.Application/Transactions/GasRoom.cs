using Marketplace.Ethereum.Accounts;

namespace Marketplace.Application.Transactions;

/// <summary>How much gas a transaction is given, and how much it can be given.</summary>
static class GasRoom
{
    /// <summary>As programs of this project leave: state changes until the block, and a new epoch may begin, in which the transaction writes more.</summary>
    static readonly TransactionSenderOptions Usual = new();

    /// <summary>Of one transaction (EIP-7825).</summary>
    public static ulong Most => Usual.MaxGas;

    /// <summary>What to send a transaction with.</summary>
    /// <param name="estimate">By the endpoint.</param>
    public static ulong LimitFor(ulong estimate) => Math.Min(Most, Math.Max(estimate, WithMargin(estimate)));

    /// <summary>Among how many transactions gas has to be divided, so that each has its margin.</summary>
    /// <param name="estimate">Of all as one.</param>
    /// <param name="most">Of one.</param>
    public static ulong TransactionsFor(ulong estimate, ulong most) => Math.Max(1, (WithMargin(estimate) + most - 1) / most);

    static ulong WithMargin(ulong estimate) => estimate + estimate * (ulong)Usual.GasMarginPercent / 100 + Usual.GasReserve;
}
