using Marketplace.Application.Objects;
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
/// <param name="Opening">The transaction that opened it: what it opened together is one rental.</param>
public sealed record RunningAgreement(
    AgreementInfo Agreement, ulong EpochsLeft, ulong EpochsPassed, ulong EpochsProven, EgressAccount Reading, TokenAmount Compensation, Hash256 Opening)
{
    /// <summary>Whether its provider declared a loss and did not make it good: nothing is paid for its epochs until then.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether it runs, and a proof that was due is not there.</summary>
    public bool LacksProof { get; init; }

    /// <summary>The first epoch that is paid again, after a loss that was made good: a billing cycle's first. Its end or later where none is; null where it is paid now.</summary>
    public Epoch? PaidAgainFrom { get; init; }

    /// <summary>Whether it runs, and is not paid for the epoch that runs, proven or not.</summary>
    public bool IsUnpaid => EpochsLeft > 0 && (IsSuspended || PaidAgainFrom is not null);

    /// <summary>An end that is so near is near, however long the term.</summary>
    static readonly TimeSpan Near = TimeSpan.FromDays(14);

    /// <summary>Whether it runs, and for payable epochs still to come.</summary>
    public bool IsRunning => Agreement.State == AgreementState.Active && EpochsLeft > 0;

    /// <summary>Whether it runs, or may: it is not over.</summary>
    public bool IsOpen => IsRunning || Agreement.State == AgreementState.Proposed;

    /// <summary>Whether it runs for less than 14 days, and for less than a tenth of its term.</summary>
    /// <param name="epoch">An epoch's length.</param>
    public bool EndsSoon(TimeSpan epoch) => IsRunning && EpochsLeft * 10 < Agreement.Term && epoch * EpochsLeft < Near;

    /// <summary>What is left of the deposit for reading and can be taken back, since no voucher can claim any of it any more.</summary>
    public TokenAmount ReadingToReclaim(Epoch now) => ReclaimDepositsHandler.IsReadingOver(Agreement, now) ? Reading.Remaining : TokenAmount.Zero;
}

/// <summary>Finds agreements by who rents.</summary>
public sealed class ConsumerAgreements(Market market)
{
    /// <summary>All agreements that the wallet ever proposed, by number, at the newest block.</summary>
    public async Task<IReadOnlyList<AgreementInfo>> FindAsync(Address consumer, CancellationToken cancellationToken) =>
        [.. (await FindOpenedAsync(consumer, cancellationToken)).Select(row => row.Agreement)];

    /// <summary>As <see cref="FindAsync"/>, each with the transaction that opened it.</summary>
    public async Task<IReadOnlyList<(AgreementInfo Agreement, Hash256 Opening)>> FindOpenedAsync(Address consumer, CancellationToken cancellationToken)
    {
        var proposed = await market.FindEventsAsync<StorageAgreements.AgreementProposedEvent>(
            market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Filter(consumer: consumer),
            await market.Client.GetHeadAsync(cancellationToken), cancellationToken);
        var openings = proposed.DistinctBy(log => log.Event.Agreement).ToDictionary(log => log.Event.Agreement, log => log.Log.TransactionHash);
        var agreements = await market.Agreements.GetManyAsync([.. openings.Keys.Order()], cancellationToken: cancellationToken);
        return [.. agreements.Where(agreement => agreement.Consumer == consumer).Select(agreement => (agreement, openings[agreement.Id]))];
    }
}

/// <inheritdoc cref="ListAgreements"/>
public sealed class ListAgreementsHandler(Market market, ConsumerAgreements consumerAgreements) : IRequestHandler<ListAgreements, AgreementOverview>
{
    /// <inheritdoc/>
    public async Task<AgreementOverview> Handle(ListAgreements request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var found = await consumerAgreements.FindOpenedAsync(request.Consumer, cancellationToken);
        var ids = found.Select(row => row.Agreement.Id).ToList();
        var accounts = await market.Egress.GetManyAsync(ids, cancellationToken: cancellationToken);
        var compensations = await market.Stakes.GetCompensationsAsync(ids, cancellationToken: cancellationToken);
        var wanted = found.Select((row, i) => new RunningAgreement(row.Agreement, 0, 0, 0, accounts[i], compensations[i], row.Opening))
            .Where(row => request.All || IsOpen(row.Agreement.State) || row.Compensation > TokenAmount.Zero || row.ReadingToReclaim(now) > TokenAmount.Zero).ToList();
        var proven = await market.Registry.CountProvenManyAsync(
            [.. wanted.Select(row => (row.Agreement.Provider, row.Agreement.Start, ReachedBy(row.Agreement, now)))], cancellationToken: cancellationToken);
        var losses = await market.Losses.GetManyAsync([.. wanted.Select(row => row.Agreement.Id)], cancellationToken: cancellationToken);
        var unpaid = await market.Losses.FindUnpaidFromAsync([.. wanted.Select(row => (row.Agreement.Id, row.Agreement.CycleOf(now)))], cancellationToken: cancellationToken);
        var last = await FindNewestAsync([.. wanted.Where(row => IsBound(row.Agreement, now)).Select(row => row.Agreement.Provider).Distinct()], now, cancellationToken);
        return new AgreementOverview(now, [.. wanted.Select((row, i) => Describe(row, now, proven[i]) with
        {
            LacksProof = IsBound(row.Agreement, now) && ProofCover.Lacks(row.Agreement.Start, last[row.Agreement.Provider], now),
            IsSuspended = losses[i].IsSuspended,
            PaidAgainFrom = !losses[i].IsSuspended && unpaid[i] <= now ? row.Agreement.Start + (row.Agreement.CycleOf(now) + 1) * row.Agreement.BillingCycle : null,
        })]);
    }

    static bool IsBound(AgreementInfo agreement, Epoch now) => agreement.State is AgreementState.Active or AgreementState.Terminated && now < agreement.End;

    /// <summary>Of each provider the newest proof, of this epoch or the one before; null for neither.</summary>
    async Task<Dictionary<Address, Epoch?>> FindNewestAsync(IReadOnlyList<Address> providers, Epoch now, CancellationToken cancellationToken)
    {
        var newest = await market.Registry.FindLastProvenAsync(providers, new Epoch(now.Value > 0 ? now.Value - 1 : 0), now, cancellationToken: cancellationToken);
        return providers.Zip(newest).ToDictionary(row => row.First, row => row.Second);
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
