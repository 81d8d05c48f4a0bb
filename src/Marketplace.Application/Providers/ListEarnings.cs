using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>
/// Asks for all that was credited to a provider for keeping and for reading, by the chain's order. What its delegators have of it is not counted, nor what
/// agreements with itself gave back.
/// </summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListEarnings(Address Provider) : IRequest<IReadOnlyList<Earning>>;

/// <summary>One credit.</summary>
/// <param name="Agreement">What for.</param>
/// <param name="Time">Of its block.</param>
/// <param name="Amount">Net of fees.</param>
/// <param name="IsForReading">Else it is for keeping.</param>
public sealed record Earning(AgreementId Agreement, DateTimeOffset Time, TokenAmount Amount, bool IsForReading);

/// <inheritdoc cref="ListEarnings"/>
public sealed class ListEarningsHandler(Market market, BlockTimes times) : IRequestHandler<ListEarnings, IReadOnlyList<Earning>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Earning>> Handle(ListEarnings request, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var credits = await market.FindEventsAsync<AgreementEscrow.CreditedEvent>(
            market.Escrow.Address, AgreementEscrow.CreditedEvent.Filter(account: request.Provider), head, cancellationToken);
        var paid = credits
            .Where(log => log.Event.Controller == market.Agreements.Address || log.Event.Controller == market.Egress.Address)
            .Where(log => log.Event.Amount > 0 && log.Event.Key <= (System.Numerics.BigInteger)UInt128.MaxValue)
            .Select(log => (log.Event, log.Log.BlockHash, Agreement: new AgreementId((UInt128)log.Event.Key)))
            .ToList();
        var own = (await market.FindEventsAsync<StorageAgreements.AgreementProposedEvent>(
            market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Filter(provider: request.Provider), head, cancellationToken))
            .Where(log => log.Event.Consumer != request.Provider).Select(log => log.Event.Agreement).ToHashSet();
        var counted = paid.Where(credit => own.Contains(credit.Agreement)).ToList();
        var when = await times.FindAsync(counted.Select(credit => credit.BlockHash), cancellationToken);
        return
        [
            .. counted.Where(credit => when.ContainsKey(credit.BlockHash)).Select(credit => new Earning(
                credit.Agreement, when[credit.BlockHash], new TokenAmount((UInt128)credit.Event.Amount), credit.Event.Controller == market.Egress.Address)),
        ];
    }
}
