using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Asks who has stake behind a provider, or waits to get it back; the largest first.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListDelegators(Address Provider) : IRequest<IReadOnlyList<ProviderDelegator>>;

/// <summary>One delegator of a provider.</summary>
/// <param name="Delegator">Whose stake it is.</param>
/// <param name="Stake">What it has there.</param>
/// <param name="Since">When it put stake there for the first time.</param>
/// <param name="PutIn">All that it ever put there.</param>
/// <param name="AskedBack">All that it ever asked back, at its worth then.</param>
public sealed record ProviderDelegator(Address Delegator, DelegatedStake Stake, DateTimeOffset Since, TokenAmount PutIn, TokenAmount AskedBack)
{
    /// <summary>What became more: earned, less what was slashed; nothing where more was slashed.</summary>
    public TokenAmount Gained => DelegationSums.Subtract(Stake.Value + AskedBack, PutIn);

    /// <summary>What became less: slashed, less what was earned; nothing where more was earned.</summary>
    public TokenAmount Lost => DelegationSums.Subtract(PutIn, Stake.Value + AskedBack);
}

/// <inheritdoc cref="ListDelegators"/>
public sealed class ListDelegatorsHandler(Market market, BlockTimes times) : IRequestHandler<ListDelegators, IReadOnlyList<ProviderDelegator>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProviderDelegator>> Handle(ListDelegators request, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var given = (await market.FindEventsAsync<StakeVault.DelegatedEvent>(
            market.Stakes.Address, StakeVault.DelegatedEvent.Filter(provider: request.Provider), head, cancellationToken))
            .GroupBy(log => log.Event.Delegator).ToDictionary(group => group.Key, group => group.ToList());
        var asked = (await market.FindEventsAsync<StakeVault.UndelegateRequestedEvent>(
            market.Stakes.Address, StakeVault.UndelegateRequestedEvent.Filter(provider: request.Provider), head, cancellationToken)).ToLookup(log => log.Event.Delegator);
        var delegators = given.Keys.ToList();
        var stakes = await market.Stakes.GetDelegationsAsync(request.Provider, delegators, cancellationToken: cancellationToken);
        var there = delegators.Zip(stakes, (delegator, stake) => (Delegator: delegator, Stake: stake))
            .Where(row => !row.Stake.Shares.IsZero || row.Stake.Undelegating > TokenAmount.Zero).ToList();
        var when = await times.FindAsync(there.Select(row => given[row.Delegator][0].Log.BlockHash), cancellationToken);
        return
        [
            .. there.Where(row => when.ContainsKey(given[row.Delegator][0].Log.BlockHash))
                .Select(row => new ProviderDelegator(
                    row.Delegator, row.Stake, when[given[row.Delegator][0].Log.BlockHash],
                    DelegationSums.Sum(given[row.Delegator].Select(log => log.Event.Amount)), DelegationSums.Sum(asked[row.Delegator].Select(log => log.Event.Amount))))
                .OrderByDescending(row => row.Stake.Value).ThenBy(row => row.Since),
        ];
    }
}
