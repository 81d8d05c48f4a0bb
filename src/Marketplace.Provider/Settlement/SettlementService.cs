using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Agreements;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Settlement;

/// <summary>
/// Collects what is owed: settles each billing cycle as soon as its checkpoint can be drawn, and closes agreements whose time to settle is over,
/// which frees the stake behind them. Forgets checkpoints that no cycle can draw any more.
/// </summary>
public sealed partial class SettlementService(
    AgreementProjection projection,
    CheckpointBook checkpoints,
    Market market,
    TransactionOutbox outbox,
    OutboxDispatcher dispatcher,
    NodeMetrics metrics,
    ILogger<SettlementService> logger) : IChainObserver, IOutboxObserver
{
    const string SettleKind = "settle";
    const string CloseKind = "close";

    /// <summary>Settlements under way at once: proofs must always find room among the account's transactions.</summary>
    const int MostAtOnce = 8;

    /// <summary>Proven checkpoints of the newest epochs are kept whatever is settled: a reorganisation may take settlements back.</summary>
    const ulong EpochsKept = 4;

    readonly HashSet<(AgreementId, ulong, Epoch)> unprovable = [];
    Epoch? lookedIn;
    bool lookAgain;
    int room;

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        var epoch = market.Clock.EpochAt(step.Position.Timestamp);
        if (lookedIn == epoch && !lookAgain && step.Reverted == 0)
            return;
        lookAgain = false;
        lookedIn = null;
        room = MostAtOnce - outbox.ListOpen().Count(entry => entry.Kind is SettleKind or CloseKind);
        var at = BlockTag.At(step.Position.Hash);
        var open = projection.ListOpen();
        var agreements = open.Count == 0 ? [] : await market.Agreements.GetManyAsync(open, at, cancellationToken);
        Epoch? oldest = null;
        foreach (var agreement in agreements)
        {
            var unsettled = await SettleAsync(agreement, epoch, at, cancellationToken);
            oldest = unsettled is { } from && (oldest is null || from.Value < oldest.Value.Value) ? from : oldest;
        }
        await ForgetAsync(oldest ?? epoch, epoch, cancellationToken);
        lookedIn = epoch;
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.State == OutboxState.Failed)
            metrics.TransactionFailed();
        else if (entry is { Kind: SettleKind, State: OutboxState.Done })
            metrics.CycleSettled();
        return Task.CompletedTask;
    }

    /// <summary>The first epoch of the oldest cycle that is not settled; null if there is none.</summary>
    async Task<Epoch?> SettleAsync(AgreementInfo agreement, Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        if (agreement.State is not (AgreementState.Active or AgreementState.Terminated))
            return null;
        var wasNeverPayable = agreement.Start == agreement.End && epoch.Value >= agreement.End.Value;
        if (wasNeverPayable || epoch.Value > agreement.End.Value + agreement.SettlementGrace)
        {
            Send(CloseKind, $"close:{agreement.Id}", market.Agreements.Close(agreement.Id));
            return null;
        }
        Epoch? oldest = null;
        for (var cycle = 0UL; agreement.Start.Value + cycle * agreement.BillingCycle < agreement.End.Value; cycle++)
        {
            var first = new Epoch(agreement.Start.Value + cycle * agreement.BillingCycle);
            var end = Math.Min(agreement.End.Value, first.Value + agreement.BillingCycle);
            if (projection.IsSettled(agreement.Id, cycle))
                continue;
            oldest ??= first;
            if (epoch.Value < end)
                break;
            await SettleAsync(agreement.Id, cycle, at, cancellationToken);
        }
        return oldest;
    }

    async Task SettleAsync(AgreementId id, ulong cycle, BlockTag at, CancellationToken cancellationToken)
    {
        var draw = await market.Agreements.GetSettlementDrawAsync(id, cycle, at, cancellationToken);
        if (!draw.IsReady)
        {
            // The epoch that draws is not sealed yet.
            lookAgain = true;
        }
        else if (draw.ProvenEpochs == 0)
        {
            SendSettlement(id, cycle, new CheckpointInfo(Hash256.Zero, 0, 0), []);
        }
        else if (projection.ProvenRoot(draw.Drawn) is { } root && checkpoints.Find(root) is { } checkpoint
            && checkpoints.ProveInclusion(checkpoint.Sequence, id) is { } inclusion)
        {
            SendSettlement(id, cycle, new CheckpointInfo(checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements), inclusion);
        }
        else if (unprovable.Add((id, cycle, draw.Drawn)))
        {
            LogNotIncluded(id, cycle, draw.Drawn);
        }
    }

    void SendSettlement(AgreementId id, ulong cycle, CheckpointInfo checkpoint, byte[] inclusion) => Send(
        SettleKind,
        string.Create(CultureInfo.InvariantCulture, $"settle:{id}:{cycle}"),
        market.Agreements.Settle(id, cycle, checkpoint, inclusion));

    void Send(string kind, string key, TransactionRequest transaction)
    {
        if (room <= 0)
        {
            lookAgain = true;
            return;
        }
        if (!outbox.Enqueue(new OutboxRequest(kind, key, transaction) { IsIndependent = true, RepeatsFailed = true }))
            return;
        room--;
        dispatcher.Wake();
    }

    /// <summary>Inclusion proofs are needed from the oldest epoch that a settlement may still draw.</summary>
    async Task ForgetAsync(Epoch oldest, Epoch current, CancellationToken cancellationToken)
    {
        var from = Math.Min(oldest.Value, current.Value < EpochsKept ? 0 : current.Value - EpochsKept);
        var needed = projection.ListProvenRoots(new Epoch(from)).Select(checkpoints.Find).OfType<StoredCheckpoint>().ToList();
        if (needed.Count > 0)
            await checkpoints.ForgetAsync(needed.Min(checkpoint => checkpoint.Sequence), cancellationToken);
    }

    [LoggerMessage(
        EventId = 2301, Level = LogLevel.Error,
        Message = "Cycle {Cycle} of agreement {Agreement} cannot be collected: it was not in the checkpoint proven in epoch {Epoch}")]
    partial void LogNotIncluded(AgreementId agreement, ulong cycle, Epoch epoch);
}
