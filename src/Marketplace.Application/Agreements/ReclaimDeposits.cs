using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>
/// Turns what nobody earned into refunds: settles billing cycles in which nothing was proven, closes agreements whose time to settle is over, and
/// takes back deposits for reading that nobody can claim any more.
/// </summary>
/// <param name="Only">One agreement; null for all of the wallet's.</param>
public sealed record ReclaimDeposits(AgreementId? Only) : IRequest<Reclaimed>;

/// <summary>What was reclaimed.</summary>
/// <param name="Agreements">Those looked at, as they are now.</param>
/// <param name="CyclesSettled">Cycles without a proof that were refunded.</param>
/// <param name="Closed">Agreements that were closed.</param>
/// <param name="Refunded">Of the rent, what became the consumer's, to be withdrawn.</param>
/// <param name="Reading">Of deposits for reading, what became the consumer's, to be withdrawn.</param>
/// <param name="Now">The epoch.</param>
public sealed record Reclaimed(
    IReadOnlyList<AgreementInfo> Agreements, int CyclesSettled, IReadOnlyList<AgreementId> Closed, TokenAmount Refunded, TokenAmount Reading, Epoch Now)
{
    /// <summary>All that came back.</summary>
    public TokenAmount Total => Refunded + Reading;
}

/// <inheritdoc cref="ReclaimDeposits"/>
public sealed class ReclaimDepositsHandler(Market market, ISigner wallet, TransactionSender sender, ConsumerAgreements consumerAgreements)
    : IRequestHandler<ReclaimDeposits, Reclaimed>
{
    /// <inheritdoc/>
    public async Task<Reclaimed> Handle(ReclaimDeposits request, CancellationToken cancellationToken)
    {
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var own = (await consumerAgreements.FindAsync(wallet.Address, cancellationToken))
            .Where(agreement => request.Only is not { } only || agreement.Id == only).ToList();
        var before = own
            .Where(agreement => request.Only is not null || agreement.State is AgreementState.Active or AgreementState.Terminated).ToList();
        var settled = 0;
        var closed = new List<AgreementId>();
        foreach (var agreement in before.Where(agreement => agreement.State is AgreementState.Active or AgreementState.Terminated))
        {
            if (IsPastGrace(agreement, now))
            {
                // Closing refunds all that was not collected, unproven cycles too.
                await sender.SendAsync(market.Agreements.Close(agreement.Id), $"close-{agreement.Id}", cancellationToken);
                closed.Add(agreement.Id);
            }
            else
                settled += await SettleUnprovenAsync(agreement, now, cancellationToken);
        }
        var after = await market.Agreements.GetManyAsync([.. before.Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        var refunded = after.Zip(before, (new_, old) => new_.Refunded - old.Refunded).Aggregate(TokenAmount.Zero, (sum, part) => sum + part);
        return new Reclaimed(after, settled, closed, refunded, await ReclaimReadingAsync(own, now, cancellationToken), now);
    }

    async Task<TokenAmount> ReclaimReadingAsync(IReadOnlyList<AgreementInfo> own, Epoch now, CancellationToken cancellationToken)
    {
        var free = own.Where(agreement => IsReadingOver(agreement, now)).Select(agreement => agreement.Id).ToList();
        var accounts = await market.Egress.GetManyAsync(free, cancellationToken: cancellationToken);
        var reclaimed = TokenAmount.Zero;
        foreach (var (id, account) in free.Zip(accounts).Where(row => row.Second.Remaining > TokenAmount.Zero))
        {
            await sender.SendAsync(market.Egress.Reclaim(id), $"reclaim-{id}", cancellationToken);
            reclaimed += account.Remaining;
        }
        return reclaimed;
    }

    /// <summary>Whether no voucher can claim anything any more.</summary>
    internal static bool IsReadingOver(AgreementInfo agreement, Epoch now) => agreement.State switch
    {
        AgreementState.Declined or AgreementState.Withdrawn or AgreementState.Voided => true,
        AgreementState.Proposed or AgreementState.None => false,
        _ => now > agreement.End + agreement.SettlementGrace,
    };

    /// <summary>Whether the contract closes it in this epoch. One without a payable epoch needs no time to settle.</summary>
    static bool IsPastGrace(AgreementInfo agreement, Epoch now) =>
        agreement.End <= agreement.Start ? now >= agreement.Start : now > agreement.End + agreement.SettlementGrace;

    async Task<int> SettleUnprovenAsync(AgreementInfo agreement, Epoch now, CancellationToken cancellationToken)
    {
        var settled = 0;
        var cycles = await market.Agreements.CountCyclesAsync(agreement.Id, cancellationToken: cancellationToken);
        for (ulong cycle = 0; cycle < cycles && agreement.Start.Value + cycle * agreement.BillingCycle < now.Value; cycle++)
        {
            if (await market.Agreements.IsCycleSettledAsync(agreement.Id, cycle, cancellationToken: cancellationToken))
                continue;
            var draw = await market.Agreements.GetSettlementDrawAsync(agreement.Id, cycle, cancellationToken: cancellationToken);
            if (draw is not { IsReady: true, ProvenEpochs: 0 })
                continue;
            await sender.SendAsync(
                market.Agreements.Settle(agreement.Id, cycle, new CheckpointInfo(Hash256.Zero, 0, 0), default), $"settle-{agreement.Id}-{cycle}", cancellationToken);
            settled++;
        }
        return settled;
    }
}
