using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Asks delegated stake back; it waits, and can be slashed, until the unbonding is over.</summary>
/// <param name="Provider">Behind whom it is.</param>
/// <param name="Amount">What the shares are to be worth; null for all.</param>
public sealed record Undelegate(Address Provider, TokenAmount? Amount) : IRequest<Undelegation>;

/// <summary>How asking back ended.</summary>
public abstract record Undelegation
{
    Undelegation()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Done(DelegatedStake Stake, Hash256 Transaction) : Undelegation;

    /// <summary>The wallet has less than that behind the provider; nothing was sent.</summary>
    public sealed record TooLittle(TokenAmount Value) : Undelegation;
}

/// <inheritdoc cref="Undelegate"/>
public sealed class UndelegateHandler(Market market, ISigner wallet, TransactionSender sender) : IRequestHandler<Undelegate, Undelegation>
{
    /// <inheritdoc/>
    public async Task<Undelegation> Handle(Undelegate request, CancellationToken cancellationToken)
    {
        var stake = await market.Stakes.GetDelegationAsync(request.Provider, wallet.Address, cancellationToken: cancellationToken);
        if (stake.Shares.IsZero || request.Amount > stake.Value)
            return new Undelegation.TooLittle(stake.Value);
        var receipt = await sender.SendAsync(
            market.Stakes.RequestUndelegate(request.Provider, DelegationSums.SharesOf(stake, request.Amount)), $"undelegate-{Guid.NewGuid():N}", cancellationToken);
        return new Undelegation.Done(
            await market.Stakes.GetDelegationAsync(request.Provider, wallet.Address, cancellationToken: cancellationToken), receipt.TransactionHash);
    }
}
