using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks which of an agreement's payable epochs its provider proved.</summary>
/// <param name="Agreement">As the chain has it.</param>
public sealed record ListAgreementProofs(AgreementInfo Agreement) : IRequest<AgreementProofs>;

/// <summary>An agreement's epochs until now.</summary>
/// <param name="Now">The epoch.</param>
/// <param name="Proofs">From its start, or the newest 366, to now or its end; the oldest first. That of now may still be proven.</param>
public sealed record AgreementProofs(Epoch Now, IReadOnlyList<EpochProof> Proofs);

/// <summary>Whether an epoch was proven.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="IsProven">Whether it was.</param>
/// <param name="IsSuspended">Whether it is not paid even so, because of a loss that was declared.</param>
public sealed record EpochProof(Epoch Epoch, bool IsProven, bool IsSuspended);

/// <inheritdoc cref="ListAgreementProofs"/>
public sealed class ListAgreementProofsHandler(Market market) : IRequestHandler<ListAgreementProofs, AgreementProofs>
{
    const ulong MostEpochs = 366;

    /// <inheritdoc/>
    public async Task<AgreementProofs> Handle(ListAgreementProofs request, CancellationToken cancellationToken)
    {
        var agreement = request.Agreement;
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        if (agreement.State is AgreementState.Proposed or AgreementState.Declined or AgreementState.Withdrawn || now < agreement.Start)
            return new AgreementProofs(now, []);
        var events = await market.FindEventsAsync<ProviderRegistry.EpochProvenEvent>(
            market.Registry.Address, ProviderRegistry.EpochProvenEvent.Filter(provider: agreement.Provider),
            await market.Client.GetHeadAsync(cancellationToken), cancellationToken);
        var proven = events.Select(log => log.Event.Epoch).ToHashSet();
        var last = Math.Min(now.Value + 1, agreement.End.Value);
        var first = Math.Max(agreement.Start.Value, last > MostEpochs ? last - MostEpochs : 0);
        var epochs = Enumerable.Range(0, last > first ? (int)(last - first) : 0).Select(offset => new Epoch(first + (ulong)offset)).ToList();
        var unpaid = await FindUnpaidAsync(agreement, [.. epochs.Select(agreement.CycleOf).Distinct()], cancellationToken);
        return new AgreementProofs(now, [.. epochs.Select(epoch => new EpochProof(
            epoch, proven.Contains(epoch), unpaid.TryGetValue(agreement.CycleOf(epoch), out var from) && from <= epoch))]);
    }

    /// <summary>From which epoch on each of the cycles is not paid; none where nothing was ever lost, as with most agreements.</summary>
    async Task<Dictionary<ulong, Epoch>> FindUnpaidAsync(AgreementInfo agreement, IReadOnlyList<ulong> cycles, CancellationToken cancellationToken)
    {
        if ((await market.Losses.GetAsync(agreement.Id, cancellationToken: cancellationToken)).NewestLossy == 0)
            return [];
        var unpaid = await market.Losses.FindUnpaidFromAsync([.. cycles.Select(cycle => (agreement.Id, cycle))], cancellationToken: cancellationToken);
        return cycles.Zip(unpaid).ToDictionary(row => row.First, row => row.Second);
    }
}
