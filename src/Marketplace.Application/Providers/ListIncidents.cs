using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks for all that ever went wrong at a provider, with what it cost; first what is not accounted for yet, then the newest.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListIncidents(Address Provider) : IRequest<IReadOnlyList<ProviderIncident>>;

/// <summary>Something that went wrong, in the block in which it was counted.</summary>
/// <param name="Time">Of that block; null for what will be counted and taken when somebody touches the provider next.</param>
/// <param name="Cause">What went wrong.</param>
/// <param name="Slash">What was taken for it; null for nothing, as for a forgiven miss.</param>
public sealed record ProviderIncident(DateTimeOffset? Time, IncidentCause Cause, SlashedStake? Slash);

/// <summary>What a slash took.</summary>
/// <param name="Own">Of the provider's own stake, what it asked back included.</param>
/// <param name="Delegated">Of its delegators' stake, what they asked back included.</param>
/// <param name="Compensation">Of the own part, what went to consumers; the rest went to the treasury.</param>
public sealed record SlashedStake(TokenAmount Own, TokenAmount Delegated, TokenAmount Compensation)
{
    /// <summary>All of it.</summary>
    public TokenAmount Total => Own + Delegated;
}

/// <summary>What went wrong.</summary>
public abstract record IncidentCause
{
    IncidentCause()
    {
    }

    /// <summary>Epochs were not proven.</summary>
    /// <param name="Through">The last epoch that was counted with them.</param>
    /// <param name="Epochs">How many.</param>
    /// <param name="Forgiven">Of these, how many cost nothing.</param>
    public sealed record Missed(Epoch Through, ulong Epochs, ulong Forgiven) : IncidentCause;

    /// <summary>Epochs were not proven, and nobody has accounted for them yet.</summary>
    /// <param name="Epochs">How many.</param>
    /// <param name="Forgiven">Of these, how many will cost nothing.</param>
    public sealed record Pending(ulong Epochs, ulong Forgiven) : IncidentCause;

    /// <summary>The provider declared that something is lost.</summary>
    /// <param name="Agreement">Of which agreement.</param>
    /// <param name="Bytes">How much, in whole KiB.</param>
    public sealed record Lost(AgreementId Agreement, ulong Bytes) : IncidentCause;

    /// <summary>An audit was not answered; the agreement is void.</summary>
    public sealed record FailedAudit(AuditId Audit, AgreementId Agreement) : IncidentCause;

    /// <summary>A slash for which this version knows no reason.</summary>
    public sealed record Unknown : IncidentCause;
}

/// <inheritdoc cref="ListIncidents"/>
public sealed class ListIncidentsHandler(Market market, BlockTimes times) : IRequestHandler<ListIncidents, IReadOnlyList<ProviderIncident>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProviderIncident>> Handle(ListIncidents request, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var misses = market.FindEventsAsync<ProviderRegistry.EpochsMissedEvent>(
            market.Registry.Address, ProviderRegistry.EpochsMissedEvent.Filter(provider: request.Provider), head, cancellationToken);
        var losses = market.FindEventsAsync<DeclaredLosses.LossDeclaredEvent>(
            market.Losses.Address, DeclaredLosses.LossDeclaredEvent.Filter(provider: request.Provider), head, cancellationToken);
        var slashes = market.FindEventsAsync<StakeVault.StakeSlashedEvent>(
            market.Stakes.Address, StakeVault.StakeSlashedEvent.Filter(provider: request.Provider), head, cancellationToken);
        var demands = await market.FindEventsAsync<StorageAudits.AuditDemandedEvent>(
            market.Audits.Address, StorageAudits.AuditDemandedEvent.Filter(provider: request.Provider), head, cancellationToken);
        var mine = demands.Select(log => log.Event.Audit).ToHashSet();
        var failed = mine.Count == 0 ? []
            : await market.FindEventsAsync<StorageAudits.AuditFailedEvent>(
                market.Audits.Address, StorageAudits.AuditFailedEvent.Filter(), head, cancellationToken);
        var found = IncidentMatcher.Match(
            [
                .. (await misses).Select(log => new LoggedCause(
                    log.Log, new IncidentCause.Missed(log.Event.Through, log.Event.Missed, log.Event.Forgiven), IsBeforeItsSlash: true)),
                .. (await losses).Select(log => new LoggedCause(
                    log.Log, new IncidentCause.Lost(log.Event.Agreement, SaturatingKiB(log.Event.Leaves)), IsBeforeItsSlash: false)),
                .. failed.Where(log => mine.Contains(log.Event.Audit)).Select(log => new LoggedCause(
                    log.Log, new IncidentCause.FailedAudit(log.Event.Audit, log.Event.Agreement), IsBeforeItsSlash: false)),
            ],
            [.. (await slashes).Select(log => (log.Log, ToSlash(log.Event)))]);
        var pending = await PendingMisses.FindAsync(
            market, request.Provider, (await misses).Aggregate(0UL, (sum, log) => sum + log.Event.Missed), BlockTag.At(head.Hash), cancellationToken);
        var when = await times.FindAsync(found.Select(row => row.Log.BlockHash), cancellationToken);
        return
        [
            .. pending is null ? [] : new[] { pending },
            .. found.Where(row => when.ContainsKey(row.Log.BlockHash)).OrderByDescending(row => row.Log.BlockNumber).ThenByDescending(row => row.Log.LogIndex)
                .Select(row => new ProviderIncident(when[row.Log.BlockHash], row.Cause, row.Slash)),
        ];
    }

    static SlashedStake ToSlash(StakeVault.StakeSlashedEvent slash) => new(
        slash.Staked.ToToken() + slash.Unbonding.ToToken(), slash.Delegated.ToToken() + slash.Undelegating.ToToken(), slash.Compensation.ToToken());

    static ulong SaturatingKiB(ulong leaves) => leaves > ulong.MaxValue >> 10 ? ulong.MaxValue : leaves << 10;
}
