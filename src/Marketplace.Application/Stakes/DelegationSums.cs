using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Stakes;

/// <summary>Sums over delegated stake.</summary>
static class DelegationSums
{
    public static TokenAmount Sum(IEnumerable<BigInteger> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount.ToToken());

    /// <summary>Nothing where more would be taken than there is.</summary>
    public static TokenAmount Subtract(TokenAmount from, TokenAmount amount) => from > amount ? from - amount : TokenAmount.Zero;

    /// <summary>The shares that are worth at least an amount, or all: rounded up, since a share is worth less than a base unit.</summary>
    public static BigInteger SharesOf(DelegatedStake stake, TokenAmount? amount)
    {
        if (amount is not { } wanted || wanted == stake.Value)
            return stake.Shares;
        return (stake.Shares * (BigInteger)wanted.Value + (BigInteger)stake.Value.Value - 1) / (BigInteger)stake.Value.Value;
    }
}
