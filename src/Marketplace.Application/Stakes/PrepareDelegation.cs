using System.Numerics;
using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Prepares to put tokens of a wallet behind a provider; nothing is sent.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Amount">More than nothing.</param>
public sealed record PrepareDelegation(Address Provider, TokenAmount Amount) : IRequest<PreparedDelegation>;

/// <summary>An action for the wallet, or why there is none.</summary>
public abstract record PreparedDelegation
{
    PreparedDelegation()
    {
    }

    /// <summary>It can be sent.</summary>
    /// <param name="Commission">What the provider keeps; the action bears no more.</param>
    /// <param name="Action">For the wallet.</param>
    public sealed record Ready(ProviderCommission Commission, WalletAction Action) : PreparedDelegation;

    /// <summary>There is no such provider, or it has never opened itself to delegations.</summary>
    public sealed record Closed(bool IsRegistered) : PreparedDelegation;
}

/// <inheritdoc cref="PrepareDelegation"/>
public sealed class PrepareDelegationHandler(Market market) : IRequestHandler<PrepareDelegation, PreparedDelegation>
{
    /// <summary>Hundredths of a percent of the shares that may be lost to earnings that reach the pool before the transaction does.</summary>
    const int ToleranceBps = 100, Bps = 10_000;

    /// <inheritdoc/>
    public async Task<PreparedDelegation> Handle(PrepareDelegation request, CancellationToken cancellationToken)
    {
        var commission = await market.Stakes.GetCommissionAsync(request.Provider, cancellationToken: cancellationToken);
        if (!commission.IsOpen)
            return new PreparedDelegation.Closed(await market.Registry.FindAsync(request.Provider, cancellationToken: cancellationToken) is not null);
        var shares = await market.Stakes.PreviewDelegateAsync(request.Provider, request.Amount, cancellationToken: cancellationToken);
        var least = BigInteger.Max(1, shares * (Bps - ToleranceBps) / Bps);
        var highest = Math.Max(commission.Bps, commission.NextBps);
        return new PreparedDelegation.Ready(commission, new WalletAction(
            permit => market.Stakes.Delegate(request.Provider, request.Amount, highest, least, permit), new TokenNeed(market.Stakes.Address, request.Amount)));
    }
}
