using Marketplace.Client.Catalog;

namespace Marketplace.Application.Transfers;

/// <summary>What the queue knows of one transfer. Whoever changes it holds the queue's lock.</summary>
sealed class TransferEntry(long order, ObjectName name, string folder, Guid sender, Transfer state)
{
    int isOccupied;

    public long Order => order;

    public ObjectName Name => name;

    /// <summary>The page that hands it over.</summary>
    public Guid Sender => sender;

    /// <summary>The version that is stored again; null for new content.</summary>
    public VersionId? Again { get; init; }

    public SpooledContent Content { get; private set; } = new(folder, state.Size);

    public Transfer State { get; set; } = state;

    /// <summary>Ends the reading or the storing that runs now; null while none does.</summary>
    public CancellationTokenSource? Attempt { get; set; }

    public bool IsGivenUp { get; set; }

    /// <summary>Whether it is in the catalog, though perhaps not yet in the providers' copy of it.</summary>
    public bool IsStored { get; set; }

    /// <summary>Whether a newer version of its name was stored after it had found no room.</summary>
    public bool IsOvertaken { get; set; }

    /// <summary>Whether it is small enough to be stored with others, in one request to each provider and one revision.</summary>
    public bool MayGoTogether => !GoesAlone && State.Size <= TransferQueue.MostTogetherEach;

    /// <summary>Whether it could not be stored with others: by itself it is told what is wrong with it.</summary>
    public bool GoesAlone { get; set; }

    /// <summary>Whether it has a place on the disk.</summary>
    public bool IsSpooled { get; set; }

    public bool IsOccupied => Volatile.Read(ref isOccupied) != 0;

    /// <summary>One at a time hands bytes over.</summary>
    public bool TryOccupy() => Interlocked.Exchange(ref isOccupied, 1) == 0;

    public void Free() => Volatile.Write(ref isOccupied, 0);

    /// <summary>Nothing of what was handed over stays; it begins anew.</summary>
    public void Empty()
    {
        Content.Dispose();
        Content = new SpooledContent(folder, State.Size);
    }
}
