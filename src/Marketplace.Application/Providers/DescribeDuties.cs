using Marketplace.Chain;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks for what a provider's owner has to look after.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Operator">The node's account.</param>
public sealed record DescribeDuties(Address Provider, Address Operator) : IRequest<ProviderDuties>;

/// <summary>What a provider's owner has to look after, at the newest block.</summary>
/// <param name="Tokens">In its owner's own hands.</param>
/// <param name="Withdrawable">Credited and not taken out.</param>
/// <param name="Cover">Stake that reservations can count on, less what misses until now will cost.</param>
/// <param name="Parameters">The market's numbers.</param>
/// <param name="OperatorEther">What the node's account has for fees.</param>
/// <param name="StoredBytes">What the newest checkpoint holds, in whole KiB; null without one.</param>
/// <param name="Now">The epoch.</param>
public sealed record ProviderDuties(
    TokenAmount Tokens, TokenAmount Withdrawable, TokenAmount Cover, MarketParameters Parameters, Wei OperatorEther, long? StoredBytes, Epoch Now)
{
    /// <summary>What each reserved GiB needs of the cover.</summary>
    public TokenAmount StakePerGiB => Parameters.StakePerGiB;
}

/// <inheritdoc cref="DescribeDuties"/>
public sealed class DescribeDutiesHandler(Market market) : IRequestHandler<DescribeDuties, ProviderDuties>
{
    /// <inheritdoc/>
    public async Task<ProviderDuties> Handle(DescribeDuties request, CancellationToken cancellationToken)
    {
        var withdrawable = market.Escrow.GetWithdrawableAsync(request.Provider, default, cancellationToken);
        var tokens = market.Token.GetBalanceAsync(request.Provider, default, cancellationToken);
        var stake = market.Stakes.GetAsync(request.Provider, default, cancellationToken);
        var parameters = market.Parameters.GetAsync(default, cancellationToken);
        var ether = market.Client.GetBalanceAsync(request.Operator, default, cancellationToken);
        var checkpoint = market.Proofs.FindCheckpointAsync(request.Provider, default, cancellationToken);
        var now = market.Parameters.GetCurrentEpochAsync(default, cancellationToken);
        return new ProviderDuties(
            await tokens, await withdrawable, (await stake).CoverWith((await parameters).MinSelfStakeBps), await parameters, await ether,
            (await checkpoint)?.Checkpoint.Leaves is { } leaves ? checked((long)leaves << 10) : null, await now);
    }
}
