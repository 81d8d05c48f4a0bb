using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Asks what a wallet has behind providers, or waits to get back.</summary>
/// <param name="Delegator">The wallet.</param>
public sealed record ListDelegations(Address Delegator) : IRequest<DelegationOverview>;

/// <summary>A wallet's delegations at one epoch.</summary>
/// <param name="Delegator">Whose.</param>
/// <param name="Now">The epoch.</param>
/// <param name="Delegations">One for each provider, by address.</param>
public sealed record DelegationOverview(Address Delegator, Epoch Now, IReadOnlyList<ListedDelegation> Delegations);

/// <summary>What a wallet has behind one provider.</summary>
/// <param name="Provider">Behind whom.</param>
/// <param name="Stake">How much.</param>
/// <param name="Commission">What the provider keeps of its earnings.</param>
/// <param name="PutIn">All that the wallet ever put there.</param>
/// <param name="AskedBack">All that it ever asked back, at its worth then.</param>
public sealed record ListedDelegation(Address Provider, DelegatedStake Stake, ProviderCommission Commission, TokenAmount PutIn, TokenAmount AskedBack)
{
    /// <inheritdoc cref="ProviderDelegator.Gained"/>
    public TokenAmount Gained => DelegationSums.Subtract(Stake.Value + AskedBack, PutIn);

    /// <inheritdoc cref="ProviderDelegator.Lost"/>
    public TokenAmount Lost => DelegationSums.Subtract(PutIn, Stake.Value + AskedBack);

    /// <summary>Why what was asked back could not be taken, although its time has come: one sentence; null where nobody tried.</summary>
    public string? Hindrance { get; init; }

    /// <summary>Whether what was asked back can be tried to be taken; the provider's reservations may still hold it.</summary>
    public bool IsReleasedIn(Epoch epoch) => Stake.Undelegating > TokenAmount.Zero && Stake.ReleaseEpoch <= epoch;
}

/// <inheritdoc cref="ListDelegations"/>
public sealed class ListDelegationsHandler(Market market) : IRequestHandler<ListDelegations, DelegationOverview>
{
    /// <inheritdoc/>
    public Task<DelegationOverview> Handle(ListDelegations request, CancellationToken cancellationToken) =>
        WalletDelegations.FindAsync(market, request.Delegator, cancellationToken);
}

/// <summary>Finds delegations by who delegated.</summary>
static class WalletDelegations
{
    /// <summary>What a wallet has behind providers, or waits to get back, at the newest block.</summary>
    public static async Task<DelegationOverview> FindAsync(Market market, Address delegator, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var given = (await market.FindEventsAsync<StakeVault.DelegatedEvent>(
            market.Stakes.Address, StakeVault.DelegatedEvent.Filter(delegator: delegator), head, cancellationToken)).ToLookup(log => log.Event.Provider);
        if (given.Count == 0)
            return new DelegationOverview(delegator, await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken), []);
        var asked = (await market.FindEventsAsync<StakeVault.UndelegateRequestedEvent>(
            market.Stakes.Address, StakeVault.UndelegateRequestedEvent.Filter(delegator: delegator), head, cancellationToken)).ToLookup(log => log.Event.Provider);
        var providers = given.Select(group => group.Key).OrderBy(provider => provider.ToString(), StringComparer.Ordinal);
        var rows = await Task.WhenAll(providers.Select(async provider => new ListedDelegation(
            provider,
            await market.Stakes.GetDelegationAsync(provider, delegator, cancellationToken: cancellationToken),
            await market.Stakes.GetCommissionAsync(provider, cancellationToken: cancellationToken),
            DelegationSums.Sum(given[provider].Select(log => log.Event.Amount)), DelegationSums.Sum(asked[provider].Select(log => log.Event.Amount)))));
        return new DelegationOverview(
            delegator, await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken),
            [.. rows.Where(row => !row.Stake.Shares.IsZero || row.Stake.Undelegating > TokenAmount.Zero)]);
    }
}
