using System.Buffers;
using System.Threading.Channels;
using Marketplace.Application.Live;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Uploads;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <summary>
/// Everything that is on its way into the vault, for all open pages: what browsers hand over is spooled on this machine and then stored, one after the
/// other, also when the page is closed meanwhile.
/// </summary>
/// <param name="door">The vault.</param>
/// <param name="home">Where content is spooled.</param>
public sealed class TransferQueue(VaultDoor door, IVaultHome home)
{
    /// <summary>Transfers that are not over.</summary>
    const int MostOpen = 10_000;

    /// <summary>Those that are over and still shown.</summary>
    const int MostShown = 200;

    const int BufferSize = 1 << 20;

    readonly Lock gate = new();
    readonly Dictionary<Guid, Entry> entries = [];
    readonly Channel<Entry> ready = Channel.CreateUnbounded<Entry>();
    long order;

    /// <summary>All, in the order of their beginning; heard by whoever wants to know.</summary>
    public Broadcast<IReadOnlyList<Transfer>> Changes { get; } = new();

    /// <summary>Begins one.</summary>
    /// <returns>Its number, or why not.</returns>
    public (Guid? Id, string? Refusal) Begin(string name, long size)
    {
        if (door.State is not VaultState.Open)
            return (null, "The vault is locked.");
        if (!ObjectName.TryCreate(name, out var checkedName, out var problem))
            return (null, problem);
        if (size < 0)
            return (null, "A size is not negative.");
        var free = new DriveInfo(home.SpoolFolder).AvailableFreeSpace;
        if (size > free - (1L << 28))
            return (null, "This machine has too little disk space left to take the file over.");
        var id = Guid.NewGuid();
        lock (gate)
        {
            if (entries.Values.Count(entry => !entry.State.IsOver) >= MostOpen)
                return (null, $"At most {MostOpen} files can be on their way at once.");
            var entry = new Entry(order++, checkedName, SpooledContent.Create(home.SpoolFolder, size), new Transfer(id, name, size, TransferStage.Receiving, 0, false, null));
            entries.Add(id, entry);
            Forget();
            if (size == 0)
                Enqueue(entry);
        }
        Tell();
        return (id, null);
    }

    /// <summary>Takes the bytes that come next.</summary>
    public async Task<(TransferReply Reply, long Next)> WriteAsync(Guid id, long position, Stream bytes, CancellationToken cancellationToken)
    {
        var entry = Find(id);
        if (entry is null || entry.State.Stage != TransferStage.Receiving)
            return (TransferReply.Gone, 0);
        if (entry.State.IsPaused)
            return (TransferReply.Paused, entry.State.Bytes);
        if (position != entry.State.Bytes || !entry.TryOccupy())
            return (TransferReply.OutOfOrder, entry.State.Bytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var at = position;
            while (await bytes.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (read > entry.State.Size - at)
                    return (TransferReply.OutOfOrder, at);
                await entry.Content.WriteAsync(at, buffer.AsMemory(0, read), cancellationToken);
                at += read;
                var done = at;
                Update(entry, state => state with { Bytes = done });
            }
            if (at == entry.State.Size)
                Enqueue(entry);
            return (TransferReply.Taken, at);
        }
        catch (IOException full)
        {
            End(entry, TransferStage.Failed, $"It could not be taken over: {full.Message}");
            return (TransferReply.Gone, 0);
        }
        finally
        {
            entry.Free();
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Lets it wait.</summary>
    public void Pause(Guid id) => Turn(id, isPaused: true);

    /// <summary>Lets it go on.</summary>
    public void Resume(Guid id) => Turn(id, isPaused: false);

    /// <summary>Gives it up; nothing of it stays.</summary>
    public void Cancel(Guid id)
    {
        if (Find(id) is not { } entry || entry.State.IsOver)
            return;
        entry.Stop.Cancel();
        // What is being stored ends by itself, and says so then.
        if (entry.State.Stage is TransferStage.Receiving or TransferStage.Waiting)
            End(entry, TransferStage.Cancelled, null);
        else
            entry.Content.Resume();
    }

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

    /// <summary>Stores what is ready, one after the other, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in ready.Reader.ReadAllAsync(cancellationToken))
        {
            if (!entry.State.IsOver)
                await StoreAsync(entry, cancellationToken);
        }
    }

    async Task StoreAsync(Entry entry, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, entry.Stop.Token);
        try
        {
            if (door.State is not VaultState.Open { Vault: var vault })
            {
                End(entry, TransferStage.Failed, "The vault was locked before it was stored.");
                return;
            }
            var result = await vault.ChangeAsync(
                () => vault.Client.PutAsync(entry.Name, entry.Content, new Progress(this, entry), stop.Token), stop.Token);
            switch (result)
            {
                case UploadResult.Stored stored:
                    End(entry, TransferStage.Done, stored.Replaced.Count == 0 ? null : $"{stored.Replaced.Count} providers failed on the way and were replaced.");
                    break;
                case UploadResult.Refused refused:
                    End(entry, TransferStage.Failed, refused.Refusal.Message);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            End(entry, TransferStage.Cancelled, null);
        }
        catch (ObjectDisposedException)
        {
            End(entry, TransferStage.Failed, "The vault was locked before it was stored.");
        }
        catch (EthereumRpcException)
        {
            End(entry, TransferStage.Failed, "The chain did not answer; try again.");
        }
    }

    void Turn(Guid id, bool isPaused)
    {
        if (Find(id) is not { } entry || entry.State.IsOver)
            return;
        if (isPaused)
            entry.Content.Pause();
        else
            entry.Content.Resume();
        Update(entry, state => state with { IsPaused = isPaused });
    }

    void Enqueue(Entry entry)
    {
        Update(entry, state => state with { Stage = TransferStage.Waiting, Bytes = 0 });
        ready.Writer.TryWrite(entry);
    }

    void End(Entry entry, TransferStage stage, string? message)
    {
        Update(entry, state => state with { Stage = stage, IsPaused = false, Message = message, Bytes = stage == TransferStage.Done ? state.Size : state.Bytes });
        entry.Content.Dispose();
    }

    Entry? Find(Guid id)
    {
        lock (gate)
            return entries.GetValueOrDefault(id);
    }

    void Update(Entry entry, Func<Transfer, Transfer> change)
    {
        lock (gate)
            entry.State = entry.State.IsOver ? entry.State : change(entry.State);
        Tell();
    }

    void Tell()
    {
        lock (gate)
            Changes.Publish([.. entries.Values.OrderBy(entry => entry.Order).Select(entry => entry.State)]);
    }

    void Forget()
    {
        foreach (var old in entries.Values.Where(entry => entry.State.IsOver).OrderByDescending(entry => entry.Order).Skip(MostShown).ToList())
            entries.Remove(old.State.Id);
    }

    sealed class Entry(long order, ObjectName name, SpooledContent content, Transfer state)
    {
        int isOccupied;

        public long Order => order;

        public ObjectName Name => name;

        public SpooledContent Content => content;

        public Transfer State { get; set; } = state;

        public CancellationTokenSource Stop { get; } = new();

        /// <summary>One at a time hands bytes over.</summary>
        public bool TryOccupy() => Interlocked.Exchange(ref isOccupied, 1) == 0;

        public void Free() => Volatile.Write(ref isOccupied, 0);
    }

    sealed class Progress(TransferQueue queue, Entry entry) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => queue.Update(entry, state => state with
        {
            Stage = value.Stage is UploadStage.Committing or UploadStage.Publishing ? TransferStage.Committing : TransferStage.Sending,
            Bytes = value.ContentBytes,
        });
    }
}
