namespace Marketplace.Application.Transfers;

/// <summary>What its user lets wait, go on, or gives up: one of them, or all at once.</summary>
public sealed partial class TransferQueue
{
    /// <summary>All were paused: what begins is paused, too, as long as one of them is.</summary>
    bool isHeld;

    TaskCompletionSource turned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long turns;

    /// <summary>Changes whenever something goes on that was paused, or is over.</summary>
    public long Turns => Interlocked.Read(ref turns);

    /// <summary>
    /// Comes back when <see cref="Turns"/> is another, so that one question does for all of a page that is paused; at the latest after a while, as it is then.
    /// </summary>
    /// <param name="sender">The page that waits, which is heard by it.</param>
    /// <param name="known">The number of turns that it knows of.</param>
    /// <param name="cancellationToken">It waits no more.</param>
    /// <returns>The number of turns now, and what of the page is paused.</returns>
    public async Task<(long Turns, IReadOnlyList<Guid> Paused)> WaitForTurnAsync(Guid sender, long known, CancellationToken cancellationToken)
    {
        Hear(sender);
        Task other;
        lock (gate)
            other = turns == known ? turned.Task : Task.CompletedTask;
        try
        {
            await other.WaitAsync(longestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing has changed.
        }
        lock (gate)
            return (turns, [.. Choose(static transfer => transfer.IsPaused).Where(entry => entry.Sender == sender).Select(static entry => entry.State.Id)]);
    }

    /// <summary>Lets it wait. What is being stored begins anew when it goes on; what providers sign for is not stopped any more.</summary>
    public void Pause(Guid id)
    {
        List<CancellationTokenSource> ended;
        lock (gate)
            ended = Change(Choose(id, static transfer => transfer.CanPause), Pause);
        EndAttempts(ended);
    }

    /// <summary>Lets all wait, with what begins meanwhile: a folder is handed over file by file.</summary>
    public void PauseAll()
    {
        List<CancellationTokenSource> ended;
        lock (gate)
        {
            ended = Change(Choose(static transfer => transfer.CanPause), Pause);
            isHeld = true;
        }
        EndAttempts(ended);
    }

    /// <summary>Lets it go on.</summary>
    public void Resume(Guid id)
    {
        lock (gate)
            Change(Choose(id, static transfer => transfer.IsPaused), Resume);
        EndAttempts([]);
    }

    /// <summary>Lets all go on that are paused.</summary>
    public void ResumeAll()
    {
        lock (gate)
        {
            Change(Choose(static transfer => transfer.IsPaused), Resume);
            isHeld = false;
        }
        EndAttempts([]);
    }

    /// <summary>Gives it up; nothing of it stays.</summary>
    public void Cancel(Guid id)
    {
        List<CancellationTokenSource> ended;
        lock (gate)
            ended = Change(Choose(id, static transfer => !transfer.IsOver), GiveUp);
        EndAttempts(ended);
    }

    /// <summary>Gives up all that is not over; what is stored stays.</summary>
    public void CancelAll()
    {
        List<CancellationTokenSource> ended;
        lock (gate)
        {
            // Of thousands none is looked for among the others.
            waiting.Clear();
            unread.Clear();
            ended = Change(Choose(static transfer => !transfer.IsOver), GiveUp);
            isHeld = false;
        }
        EndAttempts(ended);
    }

    /// <summary>Whether what begins now is paused like the others.</summary>
    bool IsHeld() => isHeld = isHeld && entries.Values.Any(static entry => entry.State.IsPaused);

    List<TransferEntry> Choose(Guid id, Func<Transfer, bool> condition) => entries.TryGetValue(id, out var entry) && condition(entry.State) ? [entry] : [];

    List<TransferEntry> Choose(Func<Transfer, bool> condition) => [.. entries.Values.Where(entry => condition(entry.State))];

    /// <summary>The attempts at storing them, which are to end; of many together it is one.</summary>
    static List<CancellationTokenSource> Change(List<TransferEntry> chosen, Action<TransferEntry> change)
    {
        var attempts = chosen.Select(static entry => entry.Attempt).OfType<CancellationTokenSource>().Distinct().ToList();
        chosen.ForEach(change);
        return attempts;
    }

    static void Pause(TransferEntry entry) => entry.State = entry.State with { IsPaused = true };

    void Resume(TransferEntry entry)
    {
        Turn(entry);
        entry.State = entry.State with { IsPaused = false };
    }

    /// <summary>Before it is paused no more.</summary>
    void Turn(TransferEntry entry)
    {
        if (!entry.State.IsPaused)
            return;
        Interlocked.Increment(ref turns);
        turned.TrySetResult();
        turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    void GiveUp(TransferEntry entry)
    {
        entry.IsGivenUp = true;
        // What is being stored ends by itself, and says so then.
        if (entry.Attempt is null)
            End(entry, TransferStage.Cancelled, null);
    }

    /// <summary>Without the lock: whoever hears that an attempt ends may want it.</summary>
    void EndAttempts(List<CancellationTokenSource> ended)
    {
        ended.ForEach(Stop);
        Tell();
        Wake();
    }

    static void Stop(CancellationTokenSource attempt)
    {
        try
        {
            attempt.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }
}
