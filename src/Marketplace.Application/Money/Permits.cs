using Marketplace.Chain;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Money;

/// <summary>Leave for contracts to take tokens: exactly as many as one transaction needs, for an hour.</summary>
static class Permits
{
    static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Null for nothing, which needs no leave.</summary>
    public static async Task<TokenPermit?> SignAsync(
        Market market, ISigner wallet, Address spender, TokenAmount amount, TimeProvider time, CancellationToken cancellationToken) =>
        amount == TokenAmount.Zero ? null : await market.Token.SignPermitAsync(wallet, spender, amount, time.GetUtcNow() + Life, cancellationToken);
}
