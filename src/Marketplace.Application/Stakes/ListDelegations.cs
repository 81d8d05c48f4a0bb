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
/// <param name="Now">The epoch.</param>
/// <param name="Delegations">One for each provider, by address.</param>
public sealed record DelegationOverview(Epoch Now, IReadOnlyList<ListedDelegation> Delegations);

/// <summary>What a wallet has behind one provider.</summary>
/// <param name="Provider">Behind whom.</param>
/// <param name="Stake">How much.</param>
/// <param name="Commission">What the provider keeps of its earnings.</param>
public sealed record ListedDelegation(Address Provider, DelegatedStake Stake, ProviderCommission Commission)
{
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
        var events = await market.FindEventsAsync<StakeVault.DelegatedEvent>(
            market.Stakes.Address, StakeVault.DelegatedEvent.Filter(delegator: delegator), head, cancellationToken);
        var providers = events.Select(log => log.Event.Provider).Distinct().OrderBy(provider => provider.ToString(), StringComparer.Ordinal);
        var rows = await Task.WhenAll(providers.Select(async provider => new ListedDelegation(
            provider,
            await market.Stakes.GetDelegationAsync(provider, delegator, cancellationToken: cancellationToken),
            await market.Stakes.GetCommissionAsync(provider, cancellationToken: cancellationToken))));
        return new DelegationOverview(
            await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken),
            [.. rows.Where(row => !row.Stake.Shares.IsZero || row.Stake.Undelegating > TokenAmount.Zero)]);
    }
}
