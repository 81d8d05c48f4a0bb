using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>
/// Asks what agreements still pay their provider, as long as nothing that they hold is declared lost. What they hold for epochs that were missed, or that were
/// not collected in time, is the consumer's and no part of it.
/// </summary>
/// <param name="Agreements">As the chain has them; those that do not run, or never did, pay nothing.</param>
public sealed record ListDues(IReadOnlyList<AgreementInfo> Agreements) : IRequest<IReadOnlyDictionary<AgreementId, AgreementDue>>;

/// <summary>What an agreement still pays, the protocol's fee included.</summary>
/// <param name="Uncollected">For epochs that were proven, and that can still be collected.</param>
/// <param name="ToCome">For the epoch that runs and all that follow, if each is proven.</param>
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
        return running.ToDictionary(agreement => agreement.Id, agreement => new AgreementDue(
            uncollected[agreement.Id].Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount),
            RateStretches.Sum(priced[agreement.Id], Math.Max(now, agreement.Start.Value), agreement.End.Value)));
    }

    /// <summary>Of each stretch of one rate, in cycles that can still be settled and are not, what its proven epochs pay.</summary>
    async Task<ILookup<AgreementId, TokenAmount>> ReadUncollectedAsync(
        List<AgreementInfo> running, Dictionary<AgreementId, IReadOnlyList<AgreementRate>> rates, ulong now, CancellationToken cancellationToken)
    {
        var cycles = running.SelectMany(agreement => Open(agreement, now)).ToList();
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
