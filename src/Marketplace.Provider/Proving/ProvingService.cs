using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Proving.Rounds;
using Marketplace.Provider.Transfer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Proving;

/// <summary>Proves every epoch, whatever else the node does, and goes on after any single failure.</summary>
/// <param name="chain">Where the epoch stands, and where transactions go.</param>
/// <param name="checkpoints">What is proven from.</param>
/// <param name="rounds">Finds drand's rounds, where the market's seeds come from them.</param>
/// <param name="losses">What the disk lost.</param>
/// <param name="identity">Whose challenges are answered.</param>
/// <param name="settings">How often the chain is looked at.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="time">The clock of the loop; epochs go by the chain's.</param>
/// <param name="logger">What is told.</param>
public sealed partial class ProvingService(
    IProvingChain chain,
    CheckpointBook checkpoints,
    RoundKeeper rounds,
    LossBook losses,
    NodeIdentity identity,
    NodeSettings settings,
    NodeMetrics metrics,
    TimeProvider time,
    ILogger<ProvingService> logger) : BackgroundService, ICheckpointReader, IProvingHealth, IOutboxObserver
{
    /// <summary>How long a transaction that the chain refused is not made anew: the next block may bring what it lacked.</summary>
    static readonly TimeSpan AfterARefusal = TimeSpan.FromSeconds(15);

    readonly ProvingDiary diary = new();
    volatile EpochView? seen;
    volatile string? fault, refusal, loss;
    DateTimeOffset notBefore;
    Hash256 refusedSeed;

    /// <inheritdoc/>
    public CommittedCheckpoint? NewestCommitted => seen?.Committed;

    /// <summary>The chain as it was last seen; null before it was.</summary>
    public EpochView? Seen => seen;

    /// <inheritdoc/>
    public string? Trouble => fault ?? loss ?? refusal;

    /// <inheritdoc/>
    public async Task<CheckpointInclusion?> FindInclusionAsync(AgreementId agreement, CancellationToken cancellationToken)
    {
        // What the loop saw last is at most one look old, and costs the endpoint nothing, however often consumers ask.
        var view = seen ?? await chain.ReadAsync(cancellationToken);
        return view.Committed is { } committed && StoredOf(committed) is { } stored
            && checkpoints.ProveInclusion(stored.Sequence, agreement) is { } path
            ? new CheckpointInclusion(committed.Root, committed.Leaves, committed.Agreements, committed.CommittedIn, path)
            : null;
    }

    /// <inheritdoc/>
    public CheckpointInclusion? FindInclusion(AgreementId agreement, Hash256 root) =>
        checkpoints.Find(root) is { } stored && checkpoints.ProveInclusion(stored.Sequence, agreement) is { } path
            ? new CheckpointInclusion(stored.Root, stored.Leaves, stored.Agreements, null, path)
            : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.PollSeconds), time);
        do
        {
            try
            {
                await StepAsync(stoppingToken);
                diary.Recovered();
                fault = null;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                fault = failure is Ethereum.JsonRpc.EthereumRpcException
                    ? "The chain's endpoint does not answer as needed: without it, epochs are missed."
                    : $"The node cannot look after its proofs just now ({failure.GetType().Name}): see the log.";
                if (diary.Failed())
                    LogStepFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (!OutboxProvingChain.IsProving(entry))
            return Task.CompletedTask;
        if (entry.State == OutboxState.Done)
        {
            refusal = null;
        }
        else if (entry.State == OutboxState.Failed)
        {
            refusal = $"The chain refused '{entry.Kind}': {entry.Reason}";
            refusedSeed = seen?.Seed ?? Hash256.Zero;
            notBefore = time.GetUtcNow() + RefusalPause(seen);
        }
        return Task.CompletedTask;
    }

    /// <summary>Looks at the chain once and does what is due.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var view = await chain.ReadAsync(cancellationToken);
        seen = view;
        var stored = view.Committed is { } committed ? StoredOf(committed) : null;
        var step = ProvingSchedule.Next(view, canAnswer: stored is not null, await HaveContentsChangedAsync(view, cancellationToken));
        if (diary.Enter(view.Epoch, step))
            Tell(view, step);
        // The pause is for what was refused; a reorganisation that brings another seed asks something else.
        if (chain.IsUnderWay(view) || (view.IsSealed && view.Seed == refusedSeed && time.GetUtcNow() < notBefore))
            return;
        switch (step)
        {
            case ProvingStep.SealWithRound or ProvingStep.Open or ProvingStep.Seal when IsMyTurn(view, step):
                await SealAsync(view, step, cancellationToken);
                break;
            case ProvingStep.Advance:
                await AdvanceAsync(view, stored!, cancellationToken);
                break;
            case ProvingStep.Commit:
                await chain.CommitAsync(view, await checkpoints.BuildAsync(cancellationToken), cancellationToken);
                break;
            case ProvingStep.Done when view.HasProven && stored is not null:
                await ReleaseAsync(stored, cancellationToken);
                break;
        }
    }

    /// <summary>Brings the epoch nearer to its seed. After the time-out the round is still preferred: nobody can bend it.</summary>
    async Task SealAsync(EpochView view, ProvingStep step, CancellationToken cancellationToken)
    {
        if (view.Round is { } round && await rounds.FindAsync(round, cancellationToken) is { } signature)
            await chain.SealWithRoundAsync(view, signature, cancellationToken);
        else if (step == ProvingStep.Open)
            await chain.OpenAsync(view, cancellationToken);
        else if (step == ProvingStep.Seal)
            await chain.SealAsync(view, cancellationToken);
    }

    async Task AdvanceAsync(EpochView view, StoredCheckpoint stored, CancellationToken cancellationToken)
    {
        // A challenge is answered once: after a lost leaf the epoch cannot be proven, however often it is tried.
        if (diary.IsLost(view.Epoch))
            return;
        var lostNodes = losses.List().Select(rotten => rotten.Node).ToList();
        var exempt = await chain.FindExemptAsync(view, lostNodes, cancellationToken);
        switch (checkpoints.AnswerChallenges(stored.Sequence, view.Seed, identity.Provider, checked((int)view.Challenges), exempt))
        {
            case ChallengeResult.Answered answered:
                await chain.AdvanceAsync(view, answered.Answers, await NextAfterAsync(stored, cancellationToken), cancellationToken);
                break;
            case ChallengeResult.LeafLost lost:
                diary.Lose(view.Epoch);
                loss = $"Epoch {view.Epoch} cannot be proven: data of agreement {lost.Agreement} is damaged on disk.";
                metrics.CorruptionFound();
                await losses.NoteAsync(lost.Agreement, lost.Fragment, cancellationToken);
                LogLeafLost(view.Epoch, lost.Agreement, lost.Fragment.ToString(), lost.Leaf);
                break;
            case ChallengeResult.NotRetained:
                await chain.CommitAsync(view, await checkpoints.BuildAsync(cancellationToken), cancellationToken);
                break;
        }
    }

    /// <summary>
    /// The next checkpoint; the proven one again where the disk takes nothing more, because a proof is owed even then.
    /// </summary>
    async Task<StoredCheckpoint> NextAfterAsync(StoredCheckpoint proven, CancellationToken cancellationToken)
    {
        try
        {
            return await checkpoints.BuildAsync(cancellationToken);
        }
        catch (Exception full) when (full is StoreFailedException or StoreOutOfSpaceException)
        {
            return proven;
        }
    }

    /// <summary>A short epoch leaves less time to try again.</summary>
    static TimeSpan RefusalPause(EpochView? view)
    {
        var share = TimeSpan.FromSeconds((view?.ProofWindow ?? 0) / 10.0);
        return share < AfterARefusal ? share : AfterARefusal;
    }

    /// <summary>Only the cases in which <see cref="ProvingSchedule"/> asks for it pay for looking.</summary>
    async Task<bool> HaveContentsChangedAsync(EpochView view, CancellationToken cancellationToken)
    {
        if (view.Committed is not { } committed || view.HasProven || committed.CommittedIn >= view.Epoch)
            return false;
        var idle = view.Reserved.Value == 0 && committed.Agreements == 0;
        var tooLate = view.IsSealed ? !view.WindowIsOpen || diary.IsLost(view.Epoch) : !view.InFirstHalf;
        if (!idle && !tooLate)
            return false;
        var next = await checkpoints.BuildAsync(cancellationToken);
        return next.Root != committed.Root || next.Leaves != committed.Leaves || next.Agreements != committed.Agreements;
    }

    /// <summary>Providers take turns in what any of them can do for all.</summary>
    bool IsMyTurn(EpochView view, ProvingStep step) =>
        view.HeadTime >= diary.Since(view.Epoch, step, view.HeadTime) + SealingTurn.WaitOf(identity.Provider, view.Epoch, view.EpochLength);

    /// <summary>
    /// Keeps the data of the checkpoint on chain and of the one before it, which a reorganisation may bring back. Inclusion proofs stay for
    /// settlements.
    /// </summary>
    async Task ReleaseAsync(StoredCheckpoint onChain, CancellationToken cancellationToken)
    {
        if (diary.NoteOnChain(onChain.Sequence) is { } previous)
            await checkpoints.ReleaseGarbageAsync(previous, cancellationToken);
    }

    StoredCheckpoint? StoredOf(CommittedCheckpoint committed) => checkpoints.Find(committed.Root, committed.Leaves, committed.Agreements);

    void Tell(EpochView view, ProvingStep step)
    {
        switch (step)
        {
            case ProvingStep.Done when view.HasProven:
                loss = null;
                refusal = null;
                metrics.EpochProven();
                LogProven(view.Epoch, view.Committed!.Agreements, view.Committed.Leaves);
                break;
            case ProvingStep.Open when view.Round is { } round:
                LogFallback(view.Epoch, round.Number);
                break;
            case ProvingStep.Missed:
                loss ??= $"Epoch {view.Epoch} was missed.";
                metrics.EpochMissed();
                LogMissed(view.Epoch);
                break;
            case ProvingStep.Dormant:
                LogDormant(view.Epoch);
                break;
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Epoch {Epoch} is proven; the next checkpoint holds {Agreements} agreements and {Leaves} leaves")]
    partial void LogProven(Epoch epoch, uint agreements, ulong leaves);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Epoch {Epoch} was missed: its proof window is over")]
    partial void LogMissed(Epoch epoch);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning, Message = "Epoch {Epoch} is dormant: nobody sealed it in its first half")]
    partial void LogDormant(Epoch epoch);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Critical, Message = "Epoch {Epoch} cannot be proven: leaf {Leaf} of fragment {Fragment} of agreement {Agreement} is lost")]
    partial void LogLeafLost(Epoch epoch, AgreementId agreement, string fragment, ulong leaf);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning, Message = "Proving could not go on just now; it is tried again")]
    partial void LogStepFailed(Exception fault);

    [LoggerMessage(EventId = 2106, Level = LogLevel.Warning, Message = "Epoch {Epoch} has no seed yet, though drand's round {Round} is long due: a block's hash may take its place, which whoever can censor may bend")]
    partial void LogFallback(Epoch epoch, ulong round);
}
