using System.Buffers;
using Marketplace.Application.Live;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;

namespace Marketplace.Application.Transfers;

/// <summary>
/// Everything that is on its way into the vault, for all open pages: what browsers hand over is spooled on this machine and then stored, one after the
/// other, also when the page is closed meanwhile.
/// </summary>
public sealed partial class TransferQueue : IDisposable
{
    /// <summary>No object has more bytes.</summary>
    public const long LargestObject = 1L << 45;

    /// <summary>Those that are over and still shown; what was stored makes room for what was not.</summary>
    internal const int MostShown = 1_000;

    const int BufferSize = 1 << 20;

    const string NoDiskMessage = "This machine has too little disk space left to take the file over.";

    const string LostMessage = "The page that handed it over is gone, or could not go on. Choose the file again, and it is taken over from its beginning.";

    /// <summary>Browsers let a page that is not looked at speak once a minute only.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    static readonly TimeSpan BetweenTellings = TimeSpan.FromMilliseconds(100);

    readonly Lock gate = new();
    readonly Dictionary<Guid, TransferEntry> entries = [];
    readonly HashSet<TransferEntry> lost = [];
    readonly Dictionary<Guid, long> senders = [];
    readonly ITransferDoor door;
    readonly string folder;
    readonly TimeProvider time;
    readonly Action<Guid?, Exception> onFault;
    readonly TimeSpan longestWait;
    readonly TransferPlaces open;
    readonly TransferPlaces spooled;
    readonly ITimer telling;
    bool isToldSoon;
    long order;

    /// <summary>Nothing is on its way yet; what was when the last run ended waits for its files.</summary>
    /// <param name="door">The vault.</param>
    /// <param name="home">Where content is spooled.</param>
    /// <param name="limits">How much of it at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFault">Hears what nobody foresaw, with the transfer that failed of it; without one, that notes of them all cannot be read or written; does not throw.</param>
    public TransferQueue(VaultDoor door, IVaultHome home, TransferLimits limits, TimeProvider time, Action<Guid?, Exception> onFault)
        : this(new TransferDoor(door), home.SpoolFolder, limits, time, onFault)
    {
    }

    internal TransferQueue(ITransferDoor door, string folder, TransferLimits limits, TimeProvider time, Action<Guid?, Exception> onFault)
    {
        (this.door, this.folder, this.time, this.onFault) = (door, folder, time, onFault);
        (open, spooled, longestWait) = (new TransferPlaces(limits.MostOpen), new TransferPlaces(limits.MostSpooled), limits.LongestWait);
        // What waits for room takes places that others need to arrive at all.
        mostWithoutRoom = limits.MostSpooled / 4;
        (betweenTries, untilNextTry) = (limits.BetweenTries, time.CreateTimer(_ => AskChainAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        triedForRoom = time.GetTimestamp();
        (mostAgain, mostReadBack) = (Math.Max(1, limits.MostOpen / 2), Math.Max(1, limits.MostSpooled / 8));
        notes = new TransferNotes(folder);
        telling = time.CreateTimer(_ => TellNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        TakeNoted();
        TellNow();
    }

    /// <summary>All, in the order of their beginning; heard by whoever wants to know, within a tenth of a second.</summary>
    public Broadcast<IReadOnlyList<Transfer>> Changes { get; } = new();

    /// <summary>Begins one, in the place of one of this name and size whose sender is gone.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="sender">The page that hands it over.</param>
    public TransferBeginning Begin(string name, long size, Guid sender)
    {
        if (door.Open is null)
            return new TransferBeginning.Locked();
        if (!ObjectName.TryCreate(name, out var checkedName, out var problem))
            return new TransferBeginning.Refused(problem);
        if (size < 0)
            return new TransferBeginning.Refused("A size is not negative.");
        if (!HasDiskFor(size))
            return new TransferBeginning.Refused(NoDiskMessage);
        TransferEntry entry;
        lock (gate)
        {
            if (lost.FirstOrDefault(entry => entry.State.Name == name && entry.State.Size == size) is { } replaced)
            {
                End(replaced, TransferStage.Cancelled, null);
                entries.Remove(replaced.State.Id);
            }
            if (!TryTakeOpen())
                return new TransferBeginning.Later();
            entry = Add(new TransferEntry(order++, checkedName, folder, sender, new Transfer(Guid.NewGuid(), name, size, TransferStage.Receiving, 0, IsHeld(), null)));
            senders[sender] = time.GetTimestamp();
        }
        Tell();
        return new TransferBeginning.Begun(entry.State.Id) { IsPaused = entry.State.IsPaused };
    }

    /// <summary>Comes back when there are several places, so that one question does for all that wait; at the latest after a while: then trying tells.</summary>
    /// <param name="what">What the places are for.</param>
    /// <param name="sender">The page that waits, which is heard by it.</param>
    /// <param name="cancellationToken">It waits no more.</param>
    public async Task WaitForPlacesAsync(TransferPlace what, Guid sender, CancellationToken cancellationToken)
    {
        Hear(sender);
        Task several;
        lock (gate)
            several = (what == TransferPlace.ToBegin ? open : spooled).Several;
        try
        {
            await several.WaitAsync(longestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Fewer may be free.
        }
    }

    /// <summary>Takes the bytes that come next; none, to ask how it stands.</summary>
    public async Task<(TransferReply Reply, long Next)> WriteAsync(Guid id, long position, Stream bytes, CancellationToken cancellationToken)
    {
        var entry = Find(id);
        if (entry is null || entry.State.Stage is TransferStage.Failed or TransferStage.Cancelled)
            return (TransferReply.Gone, 0);
        // An answer that got lost is asked for again.
        if (entry.State.Stage != TransferStage.Receiving)
            return (TransferReply.Taken, entry.State.Size);
        Hear(entry.Sender);
        if (entry.State.IsPaused)
            return (TransferReply.Paused, entry.State.Bytes);
        if (!entry.TryOccupy())
            return (TransferReply.OutOfOrder, entry.State.Bytes);
        try
        {
            if (position != entry.State.Bytes)
                return (TransferReply.OutOfOrder, entry.State.Bytes);
            if (!TryMakeSpool(entry))
                return (TransferReply.Later, entry.State.Bytes);
            Regain(entry);
            return await TakeAsync(entry, position, bytes, cancellationToken);
        }
        finally
        {
            entry.Free();
        }
    }

    /// <summary>Bytes of each that is on its way, not refused for want of room, and that no file has to be chosen for again.</summary>
    public IReadOnlyList<long> ListSizes()
    {
        lock (gate)
            return [.. entries.Values.Where(entry => entry.State is { IsOver: false, IsLost: false, Stage: not TransferStage.NoRoom }).Select(entry => entry.State.Size)];
    }

    /// <summary>The page is still there, with whatever it has not handed over yet.</summary>
    public void Hear(Guid sender)
    {
        lock (gate)
        {
            if (senders.ContainsKey(sender))
                senders[sender] = time.GetTimestamp();
        }
    }

    /// <summary>The page is gone: what it has not handed over waits for its file to be chosen again.</summary>
    public void Leave(Guid sender) => LoseAll(entry => entry.Sender == sender);

    /// <summary>The page cannot hand it over now; it waits for another try from the beginning.</summary>
    public void Lose(Guid id) => LoseAll(entry => entry.State.Id == id);

    /// <summary>Those that are over are shown no more.</summary>
    public void Clear()
    {
        lock (gate)
        {
            foreach (var over in entries.Values.Where(entry => entry.State.IsOver).ToList())
                entries.Remove(over.State.Id);
        }
        Tell();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        telling.Dispose();
        untilNextTry.Dispose();
        lock (gate)
        {
            foreach (var entry in entries.Values)
                entry.Content.Dispose();
        }
    }

    async Task<(TransferReply Reply, long Next)> TakeAsync(TransferEntry entry, long at, Stream bytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var content = entry.Content;
        try
        {
            while (await ReadAsync(bytes, buffer, cancellationToken) is > 0 and var read)
            {
                if (read > entry.State.Size - at)
                    return (TransferReply.OutOfOrder, at);
                await content.WriteAsync(at, buffer.AsMemory(0, read), cancellationToken);
                at += read;
                var done = at;
                Hear(entry.Sender);
                Update(entry, state => state with { Bytes = done });
            }
            if (at == entry.State.Size)
                Enqueue(entry);
            return (TransferReply.Taken, at);
        }
        catch (ObjectDisposedException)
        {
            // It was given up meanwhile.
            return (TransferReply.Gone, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            End(entry, TransferStage.Failed, $"It could not be taken over: {e.Message}");
            return (TransferReply.Gone, 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>The end of the stream too where the connection broke: what came is kept, and the rest is sent again.</summary>
    static async Task<int> ReadAsync(Stream bytes, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await bytes.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    bool TryMakeSpool(TransferEntry entry)
    {
        lock (gate)
        {
            // Of what is over nothing is taken any more.
            return entry.IsSpooled || entry.State.IsOver || (entry.IsSpooled = spooled.TryTake());
        }
    }

    /// <summary>Whoever holds the lock adds it, and has taken its place.</summary>
    TransferEntry Add(TransferEntry entry)
    {
        entries.Add(entry.State.Id, entry);
        changes++;
        Forget();
        if (entry.State.Size == 0)
            Enqueue(entry);
        return entry;
    }

    bool TryTakeOpen() => open.TryTake() || (GiveWay() && open.TryTake());

    /// <summary>Whether this machine's disk has room for so many bytes, and some to spare.</summary>
    bool HasDiskFor(long size)
    {
        try
        {
            return size <= new DriveInfo(folder).AvailableFreeSpace - (1L << 28);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    void LoseAll(Func<TransferEntry, bool> choose)
    {
        lock (gate)
        {
            // What is written just now is not lost; what its end leaves unsaid, silence says later.
            foreach (var entry in entries.Values.Where(entry => entry.State is { Stage: TransferStage.Receiving, IsLost: false, IsAgain: false } && choose(entry) && entry.TryOccupy()))
            {
                FreePlaceOf(entry);
                entry.Empty();
                lost.Add(entry);
                Turn(entry);
                entry.State = entry.State with { Bytes = 0, IsPaused = false, IsLost = true, Message = LostMessage };
                entry.Free();
            }
        }
        Tell();
    }

    /// <summary>Of what waits for its file nothing is here: the oldest of it holds up nobody.</summary>
    bool GiveWay()
    {
        if (lost.MinBy(entry => entry.Order) is not { } oldest)
            return false;
        End(oldest, TransferStage.Cancelled, "It waited for its file, and gave way to others.");
        return true;
    }

    /// <summary>Its file is there again.</summary>
    void Regain(TransferEntry entry)
    {
        lock (gate)
            lost.Remove(entry);
        Update(entry, state => state with { IsLost = false, Message = null });
    }

    void FreePlaceOf(TransferEntry entry)
    {
        if (entry.IsSpooled)
            spooled.Free();
        entry.IsSpooled = false;
        readBack.Remove(entry);
        isDiskFull = false;
        readable.Writer.TryWrite(true);
    }

    TransferEntry? Find(Guid id)
    {
        lock (gate)
            return entries.GetValueOrDefault(id);
    }

    void Update(TransferEntry entry, Func<Transfer, Transfer> change)
    {
        lock (gate)
            entry.State = entry.State.IsOver ? entry.State : change(entry.State);
        Tell();
    }

    /// <summary>Soon, once for all that changes meanwhile: of thousands of files a list is not made for each piece of one.</summary>
    void Tell()
    {
        lock (gate)
        {
            if (isToldSoon)
                return;
            isToldSoon = true;
        }
        telling.Change(BetweenTellings, Timeout.InfiniteTimeSpan);
    }

    void TellNow()
    {
        lock (gate)
        {
            isToldSoon = false;
            Changes.Publish([.. entries.Values.OrderBy(entry => entry.Order).Select(entry => entry.State)]);
        }
    }

    /// <summary>Now and then, many at once: of thousands that come the list is not sorted for each.</summary>
    void Forget()
    {
        if (entries.Count - open.Taken < MostShown + MostShown / 4)
            return;
        foreach (var old in entries.Values.Where(entry => entry.State.IsOver)
            .OrderByDescending(entry => entry.State.Stage == TransferStage.Failed).ThenByDescending(entry => entry.Order).Skip(MostShown).ToList())
            entries.Remove(old.State.Id);
    }
}
