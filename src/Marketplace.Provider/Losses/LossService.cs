using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Proving;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Losses;

/// <summary>
/// Declares what the disk lost, in every revision that can be asked for, so that draws and audits from the next epoch on do not fail for
/// it; and ends the suspension of pay once the checkpoint on chain holds a revision without losses.
/// </summary>
public sealed partial class LossService(
    LossBook losses,
    CheckpointBook checkpoints,
    ICheckpointReader onChain,
    Market market,
    TransactionOutbox outbox,
    OutboxDispatcher dispatcher,
    NodeMetrics metrics,
    TimeProvider time,
    ILogger<LossService> logger) : IChainObserver, IOutboxObserver
{
    const string DeclareKind = "loss";
    const string CureKind = "cure";

    /// <summary>Below proofs, above all that can wait: what is declared after the epoch's end helps an epoch later.</summary>
    const int Priority = 8;

    /// <summary>Declarations under way at once; the outbox has to have room for proofs.</summary>
    const int MostAtOnce = 8;

    /// <summary>
    /// Declarations of a fragment in an epoch. Each new revision needs one of its own, and a consumer may sign as many as it likes.
    /// </summary>
    const int MostInAnEpoch = 2;

    readonly RefusalPause pause = new(time);
    readonly Dictionary<(AgreementId, Hash256), (Epoch Epoch, int Count)> declared = [];
    readonly HashSet<AgreementId> paid = [];

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        if (step.Reverted > 0)
            paid.Clear();
        var at = BlockTag.At(step.Position.Hash);
        await DeclareAsync(market.Clock.EpochAt(step.Position.Timestamp), at, cancellationToken);
        await CureAsync(at, cancellationToken);
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind is not (DeclareKind or CureKind))
            return Task.CompletedTask;
        if (entry.State == OutboxState.Failed)
            pause.Note(entry.Key);
        else if (entry is { Kind: DeclareKind, State: OutboxState.Done })
            metrics.LossDeclared();
        else if (entry is { Kind: CureKind, State: OutboxState.Done })
            metrics.LossCured();
        return Task.CompletedTask;
    }

    async Task DeclareAsync(Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        var rotten = losses.List().Where(node => node.IsOpen && (node.IsCurrent || node.IsInNewestCheckpoint)).ToList();
        if (rotten.Count == 0)
            return;
        var room = MostAtOnce - outbox.ListOpen().Count(entry => entry.Kind == DeclareKind);
        var exempt = await market.Losses.FindExemptAsync([.. rotten.Select(node => node.Node)], epoch + 1, at, cancellationToken);
        foreach (var node in rotten.Where(node => !exempt.Contains(node.Node)).OrderByDescending(node => node.IsInNewestCheckpoint))
        {
            if (room <= 0)
                return;
            if (await TryDeclareAsync(node, epoch, cancellationToken))
                room--;
        }
    }

    async Task<bool> TryDeclareAsync(RottenNode node, Epoch epoch, CancellationToken cancellationToken)
    {
        var lost = node.Node;
        var key = string.Create(
            CultureInfo.InvariantCulture, $"{DeclareKind}:{lost.Agreement}:{lost.Revision}:{Convert.ToHexStringLower(lost.Node.ToArray().AsSpan(0, 8))}");
        var (since, count) = declared.GetValueOrDefault((lost.Agreement, lost.Node));
        if (since == epoch && count >= MostInAnEpoch && !node.IsInNewestCheckpoint)
            return false;
        if (pause.Covers(key) || outbox.Find(key) is { State: not (OutboxState.Failed or OutboxState.Expired) })
            return false;
        if (await losses.IsReadableAsync(lost.Agreement, lost.Node, cancellationToken))
        {
            // The disk failed once and does not now: that is not worth a slash.
            await losses.ForgetAsync(lost.Agreement, lost.Node, cancellationToken);
            LogReadable(lost.Agreement, lost.Node);
            return false;
        }
        if (!Send(new OutboxRequest(DeclareKind, key, market.Losses.Declare(lost)) { NotAfter = market.Clock.EndOf(epoch + 1) }))
            return false;
        declared[(lost.Agreement, lost.Node)] = (epoch, since == epoch ? count + 1 : 1);
        LogDeclared(lost.Agreement, lost.Revision, lost.Node, lost.Leaves);
        return true;
    }

    async Task CureAsync(BlockTag at, CancellationToken cancellationToken)
    {
        var mended = losses.ListMended().Where(row => !paid.Contains(row.Agreement)).ToList();
        // A consumer could sign what never was in a checkpoint: only what the chain can ask for is good for a cure.
        if (mended.Count == 0 || checkpoints.Newest() is not { } newest || onChain.NewestCommitted?.Root != newest.Root)
            return;
        foreach (var (agreement, revision) in mended)
        {
            var standing = await market.Losses.GetAsync(agreement, at, cancellationToken);
            var key = string.Create(CultureInfo.InvariantCulture, $"{CureKind}:{agreement}:{revision.Number}");
            if (!standing.IsSuspended)
                paid.Add(agreement);
            else if (revision.Number > standing.NewestLossy && !pause.Covers(key)
                && Send(new OutboxRequest(CureKind, key, market.Losses.Cure(agreement, ToInfo(revision), revision.ConsumerSignature))))
                LogCured(agreement, revision.Number);
        }
    }

    bool Send(OutboxRequest request)
    {
        if (!outbox.Enqueue(request with { Priority = Priority, IsIndependent = true, RepeatsFailed = true }))
            return false;
        dispatcher.Wake();
        return true;
    }

    static RevisionInfo ToInfo(StoredRevision revision) => new(revision.Number, revision.DataRoot, revision.Weight);

    [LoggerMessage(
        EventId = 2501, Level = LogLevel.Error,
        Message = "Fragment {Fragment} ({Leaves} KiB) of agreement {Agreement}, revision {Revision}, is lost and declared so")]
    partial void LogDeclared(AgreementId agreement, ulong revision, Hash256 fragment, ulong leaves);

    [LoggerMessage(EventId = 2502, Level = LogLevel.Warning, Message = "Fragment {Fragment} of agreement {Agreement} could not be read before, and can now")]
    partial void LogReadable(AgreementId agreement, Hash256 fragment);

    [LoggerMessage(EventId = 2503, Level = LogLevel.Information, Message = "Agreement {Agreement} has lost nothing any more since revision {Revision}: it is to be paid again")]
    partial void LogCured(AgreementId agreement, ulong revision);
}
