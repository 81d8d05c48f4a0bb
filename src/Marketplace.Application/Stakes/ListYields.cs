using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>Asks which providers take stake of others, and what it brought lately; the best first.</summary>
/// <param name="Epochs">How many epochs up to now count; at least 1.</param>
public sealed record ListYields(ulong Epochs) : IRequest<YieldOverview>;

/// <summary>What stake behind providers brought.</summary>
/// <param name="From">The first epoch that counts.</param>
/// <param name="Now">The epoch that runs, which counts too.</param>
/// <param name="Window">The time from the first epoch's start to the newest block.</param>
/// <param name="Providers">Those that are open to stake of others.</param>
public sealed record YieldOverview(Epoch From, Epoch Now, TimeSpan Window, IReadOnlyList<ProviderYield> Providers);

/// <summary>What stake behind one provider brought in the window.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Commission">What the provider keeps; what is told here is without that.</param>
/// <param name="Stake">What lies behind it now.</param>
/// <param name="Earned">Shared among its delegators.</param>
/// <param name="EarnedShare">For each token of theirs; null where they had none.</param>
/// <param name="SlashedShare">Of each token of theirs, what was slashed; null where they had none.</param>
public sealed record ProviderYield(
    Address Provider, ProviderCommission Commission, ProviderStake Stake, TokenAmount Earned, double? EarnedShare, double? SlashedShare);

/// <inheritdoc cref="ListYields"/>
public sealed class ListYieldsHandler(Market market) : IRequestHandler<ListYields, YieldOverview>
{
    static readonly Hash256[] Kinds =
    [
        StakeVault.CommissionSetEvent.Topic, StakeVault.DelegatedEvent.Topic, StakeVault.UndelegateRequestedEvent.Topic, StakeVault.EarningsAddedEvent.Topic,
        StakeVault.StakeSlashedEvent.Topic, StakeVault.PoolWipedOutEvent.Topic, StakeVault.RemainderKeptEvent.Topic,
    ];

    /// <inheritdoc/>
    public async Task<YieldOverview> Handle(ListYields request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Epochs, 1UL);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var now = market.Clock.EpochAt(head.Timestamp);
        var first = new Epoch(now.Value >= request.Epochs ? now.Value - request.Epochs + 1 : 0);
        var firstBlock = await new BlockFinder(market.Client).FindAsync(
            market.Clock.StartOf(first), market.Deployment.DeployBlock, head, cancellationToken);
        var pools = Replay(await market.FindLogsAsync([market.Stakes.Address], [Kinds], head, cancellationToken), firstBlock);
        var open = pools.Where(pool => pool.Value.IsOpen).Select(pool => pool.Key).ToList();
        var stakes = await market.Stakes.GetManyAsync(open, cancellationToken: cancellationToken);
        var commissions = await market.Stakes.GetCommissionsAsync(open, cancellationToken: cancellationToken);
        var rows = open.Select((provider, i) => ToYield(provider, commissions[i], stakes[i], pools[provider].Replay));
        return new YieldOverview(
            first, now, head.Timestamp - market.Clock.StartOf(first),
            [.. rows.OrderByDescending(row => row.EarnedShare - row.SlashedShare ?? double.NegativeInfinity).ThenBy(row => row.Provider.ToString(), StringComparer.Ordinal)]);
    }

    static ProviderYield ToYield(Address provider, ProviderCommission commission, ProviderStake stake, PoolReplay replay) => new(
        provider, commission, stake, replay.Earned, replay.HadStake ? replay.EarnedShare : null, replay.HadStake ? replay.SlashedShare : null);

    static Dictionary<Address, Pool> Replay(IReadOnlyList<LogEntry> logs, ulong firstBlock)
    {
        var pools = new Dictionary<Address, Pool>();
        var isMeasured = false;
        foreach (var log in logs)
        {
            if (!isMeasured && log.BlockNumber >= firstBlock)
            {
                isMeasured = true;
                foreach (var pool in pools.Values)
                    pool.Replay.Measure();
            }
            Apply(pools, log);
        }
        if (!isMeasured)
        {
            foreach (var pool in pools.Values)
                pool.Replay.Measure();
        }
        return pools;
    }

    static void Apply(Dictionary<Address, Pool> pools, LogEntry log)
    {
        if (EventLog.TryDecode<StakeVault.CommissionSetEvent>(log, out var opened))
            PoolOf(pools, opened.Event.Provider).IsOpen = true;
        else if (EventLog.TryDecode<StakeVault.DelegatedEvent>(log, out var given))
            PoolOf(pools, given.Event.Provider).Replay.Add(given.Event.Amount.ToToken());
        else if (EventLog.TryDecode<StakeVault.UndelegateRequestedEvent>(log, out var asked))
            PoolOf(pools, asked.Event.Provider).Replay.Remove(asked.Event.Amount.ToToken());
        else if (EventLog.TryDecode<StakeVault.EarningsAddedEvent>(log, out var earned))
            PoolOf(pools, earned.Event.Provider).Replay.Earn(earned.Event.Amount.ToToken());
        else if (EventLog.TryDecode<StakeVault.StakeSlashedEvent>(log, out var slashed))
            PoolOf(pools, slashed.Event.Provider).Replay.Slash(slashed.Event.Delegated.ToToken());
        else if (EventLog.TryDecode<StakeVault.PoolWipedOutEvent>(log, out var wiped))
            PoolOf(pools, wiped.Event.Provider).Replay.Remove(wiped.Event.Unvested.ToToken());
        else if (EventLog.TryDecode<StakeVault.RemainderKeptEvent>(log, out var kept))
            PoolOf(pools, kept.Event.Provider).Replay.Remove(kept.Event.Amount.ToToken());
    }

    static Pool PoolOf(Dictionary<Address, Pool> pools, Address provider)
    {
        if (!pools.TryGetValue(provider, out var pool))
            pools.Add(provider, pool = new Pool());
        return pool;
    }

    sealed class Pool
    {
        public PoolReplay Replay { get; } = new();

        public bool IsOpen { get; set; }
    }
}
