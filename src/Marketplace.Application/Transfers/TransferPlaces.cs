namespace Marketplace.Application.Transfers;

/// <summary>Places for so many. Whoever finds none waits for several, rather than asking for each. Whoever changes it holds the queue's lock.</summary>
sealed class TransferPlaces(int most)
{
    /// <summary>So much of all places is worth a new beginning.</summary>
    const int Part = 8;

    readonly int several = Math.Max(1, most / Part);
    TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Taken { get; private set; }

    /// <summary>Comes when several are free.</summary>
    public Task Several => most - Taken >= several ? Task.CompletedTask : freed.Task;

    public bool TryTake()
    {
        if (Taken >= most)
            return false;
        Taken++;
        return true;
    }

    public void Free()
    {
        Taken--;
        if (most - Taken < several)
            return;
        freed.TrySetResult();
        freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
