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
    /// <summary>Transfers that are not over.</summary>
    const int MostOpen = 10_000;

    /// <summary>Those of which something is on this machine: each has a file open.</summary>
    internal const int MostSpooled = 512;

    /// <summary>Those that are over and still shown; what was stored makes room for what was not.</summary>
    internal const int MostShown = 1_000;

    const int BufferSize = 1 << 20;

    const string LostMessage = "The page that handed it over is gone, or could not go on. Choose the file again, and it is taken over from its beginning.";

    /// <summary>Browsers let a page that is not looked at speak once a minute only.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    static readonly TimeSpan BetweenTellings = TimeSpan.FromMilliseconds(100);

    readonly Lock gate = new();
    readonly Dictionary<Guid, TransferEntry> entries = [];
    readonly Dictionary<Guid, long> senders = [];
    readonly ITransferDoor door;
    readonly string folder;
    readonly TimeProvider time;
    readonly Action<Guid, Exception> onFault;
    readonly ITimer telling;
    bool isToldSoon;
    long order;

    /// <summary>Nothing is on its way yet.</summary>
    /// <param name="door">The vault.</param>
    /// <param name="home">Where content is spooled.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFault">Hears what nobody foresaw, with the transfer that failed of it; does not throw.</param>
    public TransferQueue(VaultDoor door, IVaultHome home, TimeProvider time, Action<Guid, Exception> onFault)
        : this(new TransferDoor(door), home.SpoolFolder, time, onFault)
    {
    }

    internal TransferQueue(ITransferDoor door, string folder, TimeProvider time, Action<Guid, Exception> onFault)
    {
        (this.door, this.folder, this.time, this.onFault) = (door, folder, time, onFault);
        telling = time.CreateTimer(_ => TellNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>All, in the order of their beginning; heard by whoever wants to know, within a tenth of a second.</summary>
    public Broadcast<IReadOnlyList<Transfer>> Changes { get; } = new();

    /// <summary>Begins one, in the place of one of this name and size whose sender is gone.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="sender">The page that hands it over.</param>
    /// <returns>Its number, or why not.</returns>
    public (Guid? Id, string? Refusal) Begin(string name, long size, Guid sender) => Begin(name, size, sender, again: null);

    (Guid? Id, string? Refusal) Begin(string name, long size, Guid sender, VersionId? again)
    {
        if (door.Open is null)
            return (null, "The vault is locked.");
        if (!ObjectName.TryCreate(name, out var checkedName, out var problem))
            return (null, problem);
        if (size < 0)
            return (null, "A size is not negative.");
        if (FindRoomOnDisk() is not { } free || size > free - (1L << 28))
            return (null, "This machine has too little disk space left to take the file over.");
        var id = Guid.NewGuid();
        lock (gate)
        {
            if (again is not null && entries.Values.Any(entry => entry.State.Name == name && !entry.State.IsOver))
                return (null, "It is on its way already.");
            if (entries.Values.FirstOrDefault(entry => entry.State.IsLost && !entry.State.IsOver && entry.State.Name == name && entry.State.Size == size) is { } lost)
            {
                End(lost, TransferStage.Cancelled, null);
                entries.Remove(lost.State.Id);
            }
            if (entries.Values.Count(entry => !entry.State.IsOver) >= MostOpen)
                return (null, $"At most {MostOpen} files can be on their way at once.");
            var entry = new TransferEntry(order++, checkedName, folder, sender, new Transfer(id, name, size, TransferStage.Receiving, 0, false, null)) { Again = again };
            entries.Add(id, entry);
            senders[sender] = time.GetTimestamp();
            Forget();
            if (size == 0)
                Enqueue(entry);
        }
        Tell();
        return (id, null);
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
            Update(entry, state => state with { IsLost = false, Message = null });
            return await TakeAsync(entry, position, bytes, cancellationToken);
        }
        finally
        {
            entry.Free();
        }
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
            if (!entry.IsSpooled && entries.Values.Count(other => other.IsSpooled && !other.State.IsOver) >= MostSpooled)
                return false;
            return entry.IsSpooled = true;
        }
    }

    long? FindRoomOnDisk()
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    void LoseAll(Func<TransferEntry, bool> choose)
    {
        lock (gate)
        {
            // What is written just now is not lost; what its end leaves unsaid, silence says later.
            foreach (var entry in entries.Values.Where(entry => entry.State.Stage == TransferStage.Receiving && !entry.State.IsLost && choose(entry) && entry.TryOccupy()))
            {
                entry.Empty();
                entry.State = entry.State with { Bytes = 0, IsPaused = false, IsLost = true, Message = LostMessage };
                entry.Free();
            }
        }
        Tell();
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

    void Forget()
    {
        foreach (var old in entries.Values.Where(entry => entry.State.IsOver)
            .OrderByDescending(entry => entry.State.Stage == TransferStage.Failed).ThenByDescending(entry => entry.Order).Skip(MostShown).ToList())
            entries.Remove(old.State.Id);
    }
}
