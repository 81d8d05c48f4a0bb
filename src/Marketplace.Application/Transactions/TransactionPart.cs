using Marketplace.Chain;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Transactions;

/// <summary>Things that one transaction does together, all or none.</summary>
/// <param name="Items">At least one.</param>
/// <param name="Action">That does them.</param>
public sealed record TransactionPart<T>(IReadOnlyList<T> Items, WalletAction Action);

/// <summary>Divides many things among as few transactions as the gas of one allows.</summary>
static class TransactionParts
{
    /// <summary>Things in a transaction whose gas the endpoint cannot tell: an extension may count its provider's misses, and then takes half a million.</summary>
    const int MostUntold = 24;

    /// <param name="market">The market.</param>
    /// <param name="account">Who sends them.</param>
    /// <param name="items">In the order in which they are done.</param>
    /// <param name="together">One transaction that does some.</param>
    /// <param name="mostGas">Of one transaction.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<TransactionPart<T>>> DivideAsync<T>(
        Market market, Address account, IReadOnlyList<T> items, Func<IReadOnlyList<T>, WalletAction> together, ulong mostGas, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
            return [];
        var action = together(items);
        var parts = items.Count == 1 ? 1
            : await Foresight.GasAsync(market, action, account, cancellationToken) is { } gas ? (int)Math.Min((ulong)items.Count, GasRoom.TransactionsFor(gas, mostGas))
            : (items.Count + MostUntold - 1) / MostUntold;
        if (parts == 1)
            return [new TransactionPart<T>(items, action)];
        List<TransactionPart<T>> divided = [];
        foreach (var some in items.Chunk((items.Count + parts - 1) / parts))
            divided.AddRange(await DivideAsync(market, account, some, together, mostGas, cancellationToken));
        return divided;
    }
}
