using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Chain.Losses;
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
/// it; and ends the suspension of pay once the checkpoint on chain holds a revision without losses, or everything is there again.
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
    const string RestoreKind = "restore";

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
    readonly Dictionary<(AgreementId, Hash256), Epoch> readAgain = [];
    readonly Dictionary<AgreementId, Epoch> paidIn = [];

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        if (step.Reverted > 0)
            paidIn.Clear();
        var at = BlockTag.At(step.Position.Hash);
        var epoch = market.Clock.EpochAt(step.Position.Timestamp);
        await DeclareAsync(epoch, at, cancellationToken);
        await CureAsync(epoch, at, cancellationToken);
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind is not (DeclareKind or CureKind or RestoreKind))
            return Task.CompletedTask;
        if (entry.State == OutboxState.Failed)
            pause.Note(entry.Key);
        else if (entry is { Kind: DeclareKind, State: OutboxState.Done })
            metrics.LossDeclared();
        else if (entry is { Kind: CureKind or RestoreKind, State: OutboxState.Done })
            metrics.LossCured();
        return Task.CompletedTask;
    }

    async Task DeclareAsync(Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        var rotten = losses.List().Where(node => node.IsOpen && (node.IsCurrent || node.IsInNewestCheckpoint)).ToList();
        if (rotten.Count == 0)
            return;
        var open = outbox.ListOpen().Where(entry => entry.Kind == DeclareKind).ToList();
        var room = MostAtOnce - open.Count;
        var exempt = await market.Losses.FindExemptAsync([.. rotten.Select(node => node.Node)], epoch + 1, at, cancellationToken);
        await ReadAgainAsync(exempt, epoch, cancellationToken);
        foreach (var node in rotten.Where(node => !exempt.Contains(node.Node)).OrderByDescending(node => node.IsInNewestCheckpoint))
        {
            if (room <= 0)
                return;
            if (!open.Any(entry => entry.Key.StartsWith(NameOf(node.Node), StringComparison.Ordinal)) && await TryDeclareAsync(node, epoch, cancellationToken))
                room--;
        }
    }

    /// <summary>A disk may come back: what was declared is looked at once in an epoch.</summary>
    async Task ReadAgainAsync(IReadOnlySet<LostNode> declaredLost, Epoch epoch, CancellationToken cancellationToken)
    {
        foreach (var node in declaredLost.Where(node => !readAgain.TryGetValue((node.Agreement, node.Node), out var last) || last != epoch))
        {
            readAgain[(node.Agreement, node.Node)] = epoch;
            if (await losses.IsReadableAsync(node.Agreement, node.Node, cancellationToken))
                await ForgetAsync(node, cancellationToken);
        }
    }

    async Task ForgetAsync(LostNode node, CancellationToken cancellationToken)
    {
        await losses.ForgetAsync(node.Agreement, node.Node, cancellationToken);
        readAgain.Remove((node.Agreement, node.Node));
        LogReadable(node.Agreement, node.Node);
    }

    static string NameOf(LostNode lost) => string.Create(
        CultureInfo.InvariantCulture,
        $"{DeclareKind}:{lost.Agreement}:{lost.Revision}:{Convert.ToHexStringLower(lost.Node.ToArray().AsSpan(0, 8))}:");

    async Task<bool> TryDeclareAsync(RottenNode node, Epoch epoch, CancellationToken cancellationToken)
    {
        var lost = node.Node;
        // What was stored again and is lost again is declared again.
        var key = string.Create(CultureInfo.InvariantCulture, $"{NameOf(lost)}{epoch}");
        var (since, count) = declared.GetValueOrDefault((lost.Agreement, lost.Node));
        if (since == epoch && count >= MostInAnEpoch && !node.IsInNewestCheckpoint)
            return false;
        if (pause.Covers(key) || outbox.Find(key) is { State: not (OutboxState.Failed or OutboxState.Expired) })
            return false;
        if (await losses.IsReadableAsync(lost.Agreement, lost.Node, cancellationToken))
        {
            // The disk failed once and does not now: that is not worth a slash.
            await ForgetAsync(lost, cancellationToken);
            return false;
        }
        if (!Send(new OutboxRequest(DeclareKind, key, market.Losses.Declare(lost)) { NotAfter = market.Clock.EndOf(epoch + 1) }))
            return false;
        paidIn.Remove(lost.Agreement);
        declared[(lost.Agreement, lost.Node)] = (epoch, since == epoch ? count + 1 : 1);
        LogDeclared(lost.Agreement, lost.Revision, lost.Node, lost.Leaves);
        return true;
    }

    async Task CureAsync(Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        var mended = losses.ListMended().Where(row => !paidIn.TryGetValue(row.Agreement, out var last) || last != epoch).ToList();
        // A consumer could sign what never was in a checkpoint: only what the chain can ask for is good for a cure.
        if (mended.Count == 0 || checkpoints.Newest() is not { } newest || onChain.NewestCommitted?.Root != newest.Root)
            return;
        var lossy = losses.List().Where(node => node.IsCurrent || node.IsInNewestCheckpoint).Select(node => node.Node.Agreement).ToHashSet();
        foreach (var (agreement, revision) in mended)
        {
            var standing = await market.Losses.GetAsync(agreement, at, cancellationToken);
            if (!standing.IsSuspended)
                paidIn[agreement] = epoch;
            else if (revision.Number > standing.NewestLossy)
                Cure(agreement, revision);
            else if (!lossy.Contains(agreement))
                Restore(agreement, epoch);
        }
    }

    void Cure(AgreementId agreement, StoredRevision revision)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{CureKind}:{agreement}:{revision.Number}");
        if (!pause.Covers(key) && Send(new OutboxRequest(CureKind, key, market.Losses.Cure(agreement, ToInfo(revision), revision.ConsumerSignature))))
            LogCured(agreement, revision.Number);
    }

    void Restore(AgreementId agreement, Epoch epoch)
    {
        // Named by the epoch, because it can happen again; one at a time.
        var name = string.Create(CultureInfo.InvariantCulture, $"{RestoreKind}:{agreement}:");
        var key = string.Create(CultureInfo.InvariantCulture, $"{name}{epoch}");
        if (!pause.Covers(key) && !outbox.ListOpen().Any(entry => entry.Key.StartsWith(name, StringComparison.Ordinal))
            && Send(new OutboxRequest(RestoreKind, key, market.Losses.Restore(agreement))))
            LogRestored(agreement);
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

    [LoggerMessage(EventId = 2504, Level = LogLevel.Information, Message = "Everything of agreement {Agreement} is there again: it is to be paid again")]
    partial void LogRestored(AgreementId agreement);
}
