using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Money;

/// <summary>Asks what an account has.</summary>
public sealed record DescribeWallet(Address Account) : IRequest<WalletStanding>;

/// <summary>What an account has now.</summary>
/// <param name="Ether">For fees.</param>
/// <param name="Tokens">In its own hands.</param>
/// <param name="Withdrawable">In the market's escrow, to be taken out at any time.</param>
public sealed record WalletStanding(Wei Ether, TokenAmount Tokens, TokenAmount Withdrawable);

/// <inheritdoc cref="DescribeWallet"/>
public sealed class DescribeWalletHandler(Market market) : IRequestHandler<DescribeWallet, WalletStanding>
{
    /// <inheritdoc/>
    public async Task<WalletStanding> Handle(DescribeWallet request, CancellationToken cancellationToken)
    {
        var ether = market.Client.GetBalanceAsync(request.Account, BlockTag.Latest, cancellationToken);
        var tokens = market.Token.GetBalanceAsync(request.Account, default, cancellationToken);
        var withdrawable = market.Escrow.GetWithdrawableAsync(request.Account, default, cancellationToken);
        await Task.WhenAll(ether, tokens, withdrawable);
        return new WalletStanding(await ether, await tokens, await withdrawable);
    }
}
