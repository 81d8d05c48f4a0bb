using System.Numerics;
using Marketplace.Application.Money;
using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Puts tokens of the wallet behind a provider: for a part of what they earn, and to be slashed with it.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Amount">More than nothing.</param>
/// <param name="MaxCommissionBps">Hundredths of a percent that the wallet would bear; null for what the provider takes or has announced now.</param>
public sealed record DelegateStake(Address Provider, TokenAmount Amount, ushort? MaxCommissionBps) : IRequest<Delegation>;

/// <summary>How delegating ended.</summary>
public abstract record Delegation
{
    Delegation()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Stake">What the wallet has behind the provider now.</param>
    /// <param name="Transaction">What did it.</param>
    public sealed record Done(DelegatedStake Stake, Hash256 Transaction) : Delegation;

    /// <summary>There is no such provider, or it has never opened itself to delegations.</summary>
    public sealed record Closed(bool IsRegistered) : Delegation;

    /// <summary>It takes more than the wallet would bear.</summary>
    public sealed record CommissionTooHigh(ProviderCommission Commission) : Delegation;

    /// <summary>The wallet has too little; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : Delegation;
}

/// <inheritdoc cref="DelegateStake"/>
public sealed class DelegateStakeHandler(Market market, ISigner wallet, TransactionSender sender, TimeProvider time)
    : IRequestHandler<DelegateStake, Delegation>
{
    /// <summary>Hundredths of a percent of the shares that may be lost to earnings that reach the pool before the transaction does.</summary>
    const int ToleranceBps = 100, Bps = 10_000;

    /// <inheritdoc/>
    public async Task<Delegation> Handle(DelegateStake request, CancellationToken cancellationToken)
    {
        var commission = await market.Stakes.GetCommissionAsync(request.Provider, cancellationToken: cancellationToken);
        if (!commission.IsOpen)
            return new Delegation.Closed(await market.Registry.FindAsync(request.Provider, cancellationToken: cancellationToken) is not null);
        var highest = Math.Max(commission.Bps, commission.NextBps);
        if (request.MaxCommissionBps < highest)
            return new Delegation.CommissionTooHigh(commission);
        var balance = await market.Token.GetBalanceAsync(wallet.Address, cancellationToken: cancellationToken);
        if (balance < request.Amount)
            return new Delegation.NotEnoughTokens(balance, request.Amount);
        var shares = await market.Stakes.PreviewDelegateAsync(request.Provider, request.Amount, cancellationToken: cancellationToken);
        var least = BigInteger.Max(1, shares * (Bps - ToleranceBps) / Bps);
        var permit = await Permits.SignAsync(market, wallet, market.Stakes.Address, request.Amount, time, cancellationToken);
        var receipt = await sender.SendAsync(
            market.Stakes.Delegate(request.Provider, request.Amount, request.MaxCommissionBps ?? highest, least, permit),
            $"delegate-{Guid.NewGuid():N}", cancellationToken);
        return new Delegation.Done(
            await market.Stakes.GetDelegationAsync(request.Provider, wallet.Address, cancellationToken: cancellationToken), receipt.TransactionHash);
    }
}
