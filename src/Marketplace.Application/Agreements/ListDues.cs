using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>
/// Asks what agreements still pay their provider, as long as nothing more that they hold is declared lost. What they hold for epochs that were missed, that were
/// not collected in time, or in which a declared loss suspends the pay, is the consumer's and no part of it.
/// </summary>
/// <param name="Agreements">As the chain has them; those that do not run, or never did, pay nothing.</param>
public sealed record ListDues(IReadOnlyList<AgreementInfo> Agreements) : IRequest<IReadOnlyDictionary<AgreementId, AgreementDue>>;

/// <summary>What an agreement still pays, the protocol's fee included.</summary>
/// <param name="Uncollected">For epochs that were proven, and that can still be collected.</param>
/// <param name="ToCome">For the epoch that runs and all that follow, if each is proven; nothing while a declared loss is not made good.</param>
public sealed record AgreementDue(TokenAmount Uncollected, TokenAmount ToCome)
{
    /// <summary>All of it.</summary>
    public TokenAmount Total => Uncollected + ToCome;
}

/// <inheritdoc cref="ListDues"/>
public sealed class ListDuesHandler(Market market) : IRequestHandler<ListDues, IReadOnlyDictionary<AgreementId, AgreementDue>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<AgreementId, AgreementDue>> Handle(ListDues request, CancellationToken cancellationToken)
    {
        var running = request.Agreements.Where(agreement => agreement.State is AgreementState.Active or AgreementState.Terminated).ToList();
        var now = (await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken)).Value;
        var rates = await market.Agreements.GetRatesManyAsync([.. running.Select(agreement => agreement.Id)], default, cancellationToken);
        var priced = running.Zip(rates).ToDictionary(row => row.First.Id, row => row.Second);
        var uncollected = await ReadUncollectedAsync(running, priced, now, cancellationToken);
        var paidFrom = await FindPaidFromAsync(running, new Epoch(now), cancellationToken);
        return running.ToDictionary(agreement => agreement.Id, agreement => new AgreementDue(
            uncollected[agreement.Id].Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount),
            RateStretches.Sum(priced[agreement.Id], paidFrom[agreement.Id], agreement.End.Value)));
    }

    /// <summary>From which epoch on each is paid, if nothing changes: now; the next billing cycle, where a loss was made good; its end, while one was not.</summary>
    async Task<Dictionary<AgreementId, ulong>> FindPaidFromAsync(List<AgreementInfo> running, Epoch now, CancellationToken cancellationToken)
    {
        var cycles = running.SelectMany(agreement => new[] { (agreement.Id, agreement.CycleOf(now)), (agreement.Id, agreement.CycleOf(now) + 1) }).ToList();
        var unpaid = await market.Losses.FindUnpaidFromAsync(cycles, cancellationToken: cancellationToken);
        return running.Select((agreement, i) =>
        {
            var first = Math.Max(now.Value, agreement.Start.Value);
            var next = agreement.Start.Value + (agreement.CycleOf(now) + 1) * agreement.BillingCycle;
            return (agreement.Id, From: unpaid[2 * i].Value > first ? first : unpaid[2 * i + 1].Value > next ? next : agreement.End.Value);
        }).ToDictionary(row => row.Id, row => row.From);
    }

    /// <summary>Of each stretch of one rate, in cycles that can still be settled and are not, what its proven epochs pay.</summary>
    async Task<ILookup<AgreementId, TokenAmount>> ReadUncollectedAsync(
        List<AgreementInfo> running, Dictionary<AgreementId, IReadOnlyList<AgreementRate>> rates, ulong now, CancellationToken cancellationToken)
    {
        var begun = running.SelectMany(agreement => Open(agreement, now)).ToList();
        var unpaid = await market.Losses.FindUnpaidFromAsync([.. begun.Select(cycle => (cycle.Agreement.Id, cycle.Number))], cancellationToken: cancellationToken);
        var cycles = begun.Zip(unpaid, (cycle, from) => cycle with { To = Math.Min(cycle.To, from.Value) }).Where(cycle => cycle.From < cycle.To).ToList();
        var settled = await market.Agreements.AreCyclesSettledAsync([.. cycles.Select(cycle => (cycle.Agreement.Id, cycle.Number))], default, cancellationToken);
        var stretches = cycles.Zip(settled).Where(row => !row.Second)
            .SelectMany(row => RateStretches.Between(rates[row.First.Agreement.Id], row.First.From, row.First.To).Select(stretch => (row.First.Agreement, Stretch: stretch))).ToList();
        var proven = await market.Registry.CountProvenManyAsync(
            [.. stretches.Select(row => (row.Agreement.Provider, new Epoch(row.Stretch.From), new Epoch(row.Stretch.To)))], default, cancellationToken);
        return stretches.Zip(proven).ToLookup(row => row.First.Agreement.Id, row => row.First.Stretch.Rate * row.Second);
    }

    /// <summary>Cycles that have begun and whose time to be settled is not over, each until now at the most.</summary>
    static IEnumerable<Cycle> Open(AgreementInfo agreement, ulong now)
    {
        var number = 0UL;
        for (var from = agreement.Start.Value; from < Math.Min(now, agreement.End.Value); from += agreement.BillingCycle, number++)
        {
            var to = Math.Min(agreement.End.Value, from + agreement.BillingCycle);
            if (now <= to + agreement.SettlementGrace)
                yield return new Cycle(agreement, number, from, Math.Min(to, now));
        }
    }

    sealed record Cycle(AgreementInfo Agreement, ulong Number, ulong From, ulong To);
}
