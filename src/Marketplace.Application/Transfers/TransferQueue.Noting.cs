namespace Marketplace.Application.Transfers;

/// <summary>What is not stored is noted: a gateway that is started anew says of it that it has to be chosen again.</summary>
public sealed partial class TransferQueue
{
    const string EndedMessage =
        "The gateway ended before it was known to be stored. Choose the file again, unless it is among your files: it is taken over from its beginning.";

    static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(1);

    readonly TransferNotes notes;
    long changes, noted;
    bool isUnnoted;

    /// <summary>Those of the last run wait for their files.</summary>
    void TakeNoted()
    {
        try
        {
            foreach (var (name, size) in notes.Read())
            {
                if (!open.TryTake())
                    return;
                var state = new Transfer(Guid.NewGuid(), name.Value, size, TransferStage.Receiving, 0, IsPaused: false, EndedMessage) { IsLost = true };
                var entry = new TransferEntry(order++, name, folder, sender: Guid.Empty, state);
                entries.Add(state.Id, entry);
                lost.Add(entry);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            onFault(null, fault);
        }
    }

    /// <summary>Soon after something began or ended, once for all that did meanwhile; and at the end.</summary>
    async Task NoteAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenNotes, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                Note();
        }
        catch (OperationCanceledException)
        {
            Note();
        }
    }

    void Note()
    {
        List<TransferNote> left;
        lock (gate)
        {
            if (noted == changes)
                return;
            noted = changes;
            // What is read back from the vault is there whatever happens.
            left =
            [
                .. entries.Values.Where(static entry => entry.State is { IsAgain: false, IsOver: false })
                    .OrderBy(static entry => entry.Order).Select(static entry => new TransferNote(entry.State.Name, entry.State.Size)),
            ];
        }
        try
        {
            notes.Write(left);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Tried again; said once.
            lock (gate)
                noted = -1;
            if (!isUnnoted)
                onFault(null, fault);
            isUnnoted = true;
            return;
        }
        isUnnoted = false;
    }
}
