using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Asks delegated stake back with a wallet that asks its user, as <see cref="Undelegate"/> does without asking.</summary>
/// <param name="Provider">Behind whom it is.</param>
/// <param name="Delegator">Whose it is.</param>
/// <param name="Amount">What the shares are to be worth; null for all.</param>
public sealed record PrepareUndelegation(Address Provider, Address Delegator, TokenAmount? Amount) : IRequest<PreparedUndelegation>;

/// <summary>How preparing it ended.</summary>
public abstract record PreparedUndelegation
{
    PreparedUndelegation()
    {
    }

    /// <summary>The wallet can be asked.</summary>
    /// <param name="Amount">What is asked back, at its worth of now.</param>
    /// <param name="ReleaseEpoch">From when on it can be taken out, if it is asked back now; the provider's reservations may hold it for longer.</param>
    /// <param name="Action">For the wallet.</param>
    public sealed record Ready(TokenAmount Amount, Epoch ReleaseEpoch, WalletAction Action) : PreparedUndelegation;

    /// <summary>There is less behind the provider.</summary>
    /// <param name="Value">So much.</param>
    public sealed record TooLittle(TokenAmount Value) : PreparedUndelegation;
}

/// <inheritdoc cref="PrepareUndelegation"/>
public sealed class PrepareUndelegationHandler(Market market) : IRequestHandler<PrepareUndelegation, PreparedUndelegation>
{
    /// <inheritdoc/>
    public async Task<PreparedUndelegation> Handle(PrepareUndelegation request, CancellationToken cancellationToken)
    {
        var stake = await market.Stakes.GetDelegationAsync(request.Provider, request.Delegator, cancellationToken: cancellationToken);
        if (stake.Shares.IsZero || request.Amount > stake.Value)
            return new PreparedUndelegation.TooLittle(stake.Value);
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var wait = (await market.Parameters.GetAsync(cancellationToken: cancellationToken)).UnbondingEpochs;
        return new PreparedUndelegation.Ready(
            request.Amount ?? stake.Value, now + wait, WalletAction.Of(market.Stakes.RequestUndelegate(request.Provider, DelegationSums.SharesOf(stake, request.Amount))));
    }
}
