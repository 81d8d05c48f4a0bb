using System.Globalization;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Agreements;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Settlement;

/// <summary>
/// Collects what is owed: settles each billing cycle as soon as its checkpoint can be drawn, and closes agreements whose time to settle is over,
/// which frees the stake behind them.
/// </summary>
public sealed partial class SettlementService(
    AgreementProjection projection,
    CheckpointBook checkpoints,
    EthereumClient client,
    Deployment deployment,
    TransactionOutbox outbox,
    OutboxDispatcher dispatcher,
    NodeMetrics metrics,
    ILogger<SettlementService> logger) : IChainObserver, IOutboxObserver
{
    const string SettleKind = "settle";

    readonly HashSet<(AgreementId, ulong)> unprovable = [];
    Epoch? lookedIn;
    bool lookAgain;

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        var epoch = deployment.Clock.EpochAt(step.Position.Timestamp);
        if (lookedIn == epoch && !lookAgain)
            return;
        lookAgain = false;
        var at = BlockTag.At(step.Position.Hash);
        foreach (var agreement in projection.ListOpen())
            await SettleAsync(agreement, epoch, at, cancellationToken);
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

    async Task SettleAsync(AgreementId id, Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        var agreement = await client.CallAsync(deployment.StorageAgreements, new StorageAgreements.AgreementCall(id), at, cancellationToken: cancellationToken);
        if (agreement.Start.Value == 0)
            return;
        if (epoch.Value > agreement.End.Value + agreement.SettlementGrace)
        {
            Send("close", $"close:{id}", new StorageAgreements.CloseCall(id));
            return;
        }
        var cycles = (agreement.End.Value - agreement.Start.Value + agreement.BillingCycle - 1) / agreement.BillingCycle;
        for (var cycle = 0UL; cycle < cycles; cycle++)
        {
            var end = Math.Min(agreement.End.Value, agreement.Start.Value + (cycle + 1) * agreement.BillingCycle);
            if (epoch.Value < end)
                return;
            if (!projection.IsSettled(id, cycle) && !unprovable.Contains((id, cycle)))
                await SettleAsync(id, cycle, at, cancellationToken);
        }
    }

    async Task SettleAsync(AgreementId id, ulong cycle, BlockTag at, CancellationToken cancellationToken)
    {
        var draw = await client.CallAsync(
            deployment.StorageAgreements, new StorageAgreements.SettlementDrawCall(id, cycle), at, cancellationToken: cancellationToken);
        if (!draw.Ready)
        {
            // The epoch that draws is not sealed yet.
            lookAgain = true;
            return;
        }
        if (draw.ProvenEpochs == 0)
        {
            SendSettlement(id, cycle, new Checkpoint(Hash256.Zero, 0, 0), []);
        }
        else if (projection.ProvenRoot(draw.Drawn) is { } root && checkpoints.Find(root) is { } checkpoint
            && checkpoints.ProveInclusion(checkpoint.Sequence, id) is { } inclusion)
        {
            SendSettlement(id, cycle, new Checkpoint(checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements), inclusion);
        }
        else
        {
            unprovable.Add((id, cycle));
            LogNotIncluded(id, cycle, draw.Drawn);
        }
    }

    void SendSettlement(AgreementId id, ulong cycle, Checkpoint checkpoint, byte[] inclusion) => Send(
        SettleKind,
        string.Create(CultureInfo.InvariantCulture, $"settle:{id}:{cycle}"),
        new StorageAgreements.SettleCall(id, cycle, checkpoint, Bytes.Own(inclusion)));

    void Send(string kind, string key, IContractCall call)
    {
        var request = new OutboxRequest(kind, key, call.To(deployment.StorageAgreements)) { IsIndependent = true, RepeatsFailed = true };
        if (outbox.Enqueue(request))
            dispatcher.Wake();
    }

    [LoggerMessage(
        EventId = 2301, Level = LogLevel.Error,
        Message = "Cycle {Cycle} of agreement {Agreement} cannot be collected: it was not in the checkpoint proven in epoch {Epoch}")]
    partial void LogNotIncluded(AgreementId agreement, ulong cycle, Epoch epoch);
}
