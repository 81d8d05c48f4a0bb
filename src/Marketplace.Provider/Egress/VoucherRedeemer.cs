using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Egress;

/// <summary>
/// Collects what vouchers owe: with each billing cycle, and in each epoch from an agreement's end on, while there is something to collect.
/// Others may settle the last cycle before; vouchers are paid until the time to settle is over.
/// </summary>
public sealed partial class VoucherRedeemer(
    VoucherBook vouchers,
    Market market,
    TransactionOutbox outbox,
    OutboxDispatcher dispatcher,
    NodeMetrics metrics,
    ILogger<VoucherRedeemer> logger) : IChainObserver, IOutboxObserver
{
    const string Kind = "redeem";

    readonly HashSet<AgreementId> finished = [];
    Epoch? lookedIn;

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        var epoch = market.Clock.EpochAt(step.Position.Timestamp);
        if (lookedIn == epoch && step.Reverted == 0)
            return;
        lookedIn = null;
        if (step.Reverted > 0)
            finished.Clear();
        var kept = vouchers.List().Where(row => !finished.Contains(row.Agreement)).ToDictionary(row => row.Agreement, row => row.Voucher);
        if (kept.Count > 0)
            await RedeemAsync(kept, epoch, BlockTag.At(step.Position.Hash), cancellationToken);
        lookedIn = epoch;
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry is { Kind: Kind, State: OutboxState.Done })
            metrics.VoucherRedeemed();
        return Task.CompletedTask;
    }

    async Task RedeemAsync(
        Dictionary<AgreementId, StoredVoucher> kept, Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        var agreements = await market.Agreements.GetManyAsync([.. kept.Keys], at, cancellationToken);
        finished.UnionWith(agreements.Where(agreement => IsOver(agreement, epoch)).Select(agreement => agreement.Id));
        var due = agreements.Where(agreement => IsDue(agreement, epoch)).ToList();
        var accounts = await market.Egress.GetManyAsync([.. due.Select(agreement => agreement.Id)], at, cancellationToken);
        foreach (var (agreement, account) in due.Zip(accounts))
        {
            var voucher = kept[agreement.Id];
            var covered = voucher.Amount < account.Deposited ? voucher.Amount : account.Deposited;
            if (covered <= account.Redeemed || account.Remaining == TokenAmount.Zero)
                continue;
            // Named by what it leads to: the same voucher pays more after a further deposit.
            var key = string.Create(CultureInfo.InvariantCulture, $"{Kind}:{agreement.Id}:{covered}");
            var request = new OutboxRequest(Kind, key, market.Egress.Redeem(agreement.Id, voucher.Amount, voucher.Signature));
            if (!outbox.Enqueue(request with { IsIndependent = true, RepeatsFailed = true }))
                continue;
            dispatcher.Wake();
            LogRedeeming(agreement.Id, (covered - account.Redeemed).ToTokens());
        }
    }

    /// <summary>Whether the rest of the deposit can be taken back, or no voucher is ever paid.</summary>
    static bool IsOver(AgreementInfo agreement, Epoch epoch) => agreement.State switch
    {
        AgreementState.Proposed => false,
        AgreementState.Active or AgreementState.Terminated or AgreementState.Ended => epoch > agreement.End + agreement.SettlementGrace,
        _ => true,
    };

    static bool IsDue(AgreementInfo agreement, Epoch epoch)
    {
        if (agreement.State is not (AgreementState.Active or AgreementState.Terminated or AgreementState.Ended) || epoch < agreement.Start)
            return false;
        return epoch >= agreement.End || (epoch > agreement.Start && (epoch - agreement.Start) % agreement.BillingCycle == 0);
    }

    [LoggerMessage(EventId = 2701, Level = LogLevel.Information, Message = "Redeeming the voucher of agreement {Agreement}: {Amount} tokens for reading")]
    partial void LogRedeeming(AgreementId agreement, string amount);
}
