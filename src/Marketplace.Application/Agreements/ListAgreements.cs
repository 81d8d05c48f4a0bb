using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Egress;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks for a consumer's agreements.</summary>
/// <param name="Consumer">The wallet.</param>
/// <param name="All">Also those that are over and owe their consumer nothing.</param>
public sealed record ListAgreements(Address Consumer, bool All) : IRequest<AgreementOverview>;

/// <summary>A consumer's agreements at one epoch.</summary>
/// <param name="Now">The epoch.</param>
/// <param name="Agreements">In the order of their opening.</param>
public sealed record AgreementOverview(Epoch Now, IReadOnlyList<RunningAgreement> Agreements);

/// <summary>An agreement and how it does.</summary>
/// <param name="Agreement">As the chain has it.</param>
/// <param name="EpochsLeft">Payable epochs that are to come, this one counted.</param>
/// <param name="EpochsPassed">Payable epochs that are over.</param>
/// <param name="EpochsProven">Of those that are over, the proven ones.</param>
/// <param name="Reading">What was paid in advance for reading.</param>
/// <param name="Compensation">What slashes owe its consumer, to be claimed.</param>
public sealed record RunningAgreement(
    AgreementInfo Agreement, ulong EpochsLeft, ulong EpochsPassed, ulong EpochsProven, EgressAccount Reading, TokenAmount Compensation)
{
    /// <summary>What is left of the deposit for reading and can be taken back, since no voucher can claim any of it any more.</summary>
    public TokenAmount ReadingToReclaim(Epoch now) => ReclaimDepositsHandler.IsReadingOver(Agreement, now) ? Reading.Remaining : TokenAmount.Zero;
}

/// <summary>Finds agreements by who rents.</summary>
public sealed class ConsumerAgreements(Market market)
{
    /// <summary>All agreements that the wallet ever proposed, by number, at the newest block.</summary>
    public async Task<IReadOnlyList<AgreementInfo>> FindAsync(Address consumer, CancellationToken cancellationToken)
    {
        var proposed = await market.FindEventsAsync<StorageAgreements.AgreementProposedEvent>(
            market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Filter(consumer: consumer),
            await market.Client.GetHeadAsync(cancellationToken), cancellationToken);
        var ids = proposed.Select(log => log.Event.Agreement).Distinct().Order();
        var agreements = await market.Agreements.GetManyAsync([.. ids], cancellationToken: cancellationToken);
        return [.. agreements.Where(agreement => agreement.Consumer == consumer)];
    }
}

/// <inheritdoc cref="ListAgreements"/>
public sealed class ListAgreementsHandler(Market market, ConsumerAgreements consumerAgreements) : IRequestHandler<ListAgreements, AgreementOverview>
{
    /// <inheritdoc/>
    public async Task<AgreementOverview> Handle(ListAgreements request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var found = await consumerAgreements.FindAsync(request.Consumer, cancellationToken);
        var ids = found.Select(agreement => agreement.Id).ToList();
        var accounts = await market.Egress.GetManyAsync(ids, cancellationToken: cancellationToken);
        var compensations = await market.Stakes.GetCompensationsAsync(ids, cancellationToken: cancellationToken);
        var wanted = found.Select((agreement, i) => new RunningAgreement(agreement, 0, 0, 0, accounts[i], compensations[i]))
            .Where(row => request.All || IsOpen(row.Agreement.State) || row.Compensation > TokenAmount.Zero || row.ReadingToReclaim(now) > TokenAmount.Zero).ToList();
        var proven = await market.Registry.CountProvenManyAsync(
            [.. wanted.Select(row => (row.Agreement.Provider, row.Agreement.Start, ReachedBy(row.Agreement, now)))], cancellationToken: cancellationToken);
        return new AgreementOverview(now, [.. wanted.Zip(proven, (row, count) => Describe(row, now, count))]);
    }

    static bool IsOpen(AgreementState state) => state is AgreementState.Proposed or AgreementState.Active or AgreementState.Terminated;

    /// <summary>Up to where its payable epochs are over; its start, while none is, or where there will be none.</summary>
    static Epoch ReachedBy(AgreementInfo agreement, Epoch now) => agreement.State is AgreementState.Active or AgreementState.Terminated or AgreementState.Ended
        ? new Epoch(Math.Clamp(now.Value, agreement.Start.Value, Math.Max(agreement.Start.Value, agreement.End.Value))) : agreement.Start;

    static RunningAgreement Describe(RunningAgreement row, Epoch now, ulong proven)
    {
        var agreement = row.Agreement;
        if (agreement.State is not (AgreementState.Active or AgreementState.Terminated or AgreementState.Ended))
            return row;
        var reached = ReachedBy(agreement, now).Value;
        return row with
        {
            EpochsLeft = agreement.End.Value > reached ? agreement.End.Value - reached : 0, EpochsPassed = reached - agreement.Start.Value, EpochsProven = proven,
        };
    }
}
