using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Application.Transfers;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>A queue before a vault of this process's memory.</summary>
sealed class TransferBench : IAsyncDisposable
{
    readonly CancellationTokenSource ended = new();
    readonly string? kept;
    readonly Task running;

    /// <param name="limits">Those that count where none are told.</param>
    /// <param name="folder">Somebody else's, which stays; null for one of its own.</param>
    public TransferBench(TransferLimits? limits = null, string? folder = null)
    {
        (kept, Folder) = (folder, folder ?? Directory.CreateTempSubdirectory("marketplace-spool-").FullName);
        Queue = new TransferQueue(Door, Folder, limits ?? new TransferLimits(), Time, (id, fault) => Faults.Enqueue((id, fault)));
        running = Queue.RunAsync(ended.Token);
    }

    public string Folder { get; }

    public MovableTime Time { get; } = new();

    public FakeDoor Door { get; } = new();

    public TransferQueue Queue { get; }

    public ConcurrentQueue<(Guid? Id, Exception Fault)> Faults { get; } = [];

    public bool IsRunning => !running.IsCompleted;

    public Guid Begin(string name, long size, Guid? sender = null) =>
        Assert.IsType<TransferBeginning.Begun>(Queue.Begin(name, size, sender ?? Guid.NewGuid())).Id;

    /// <summary>Wholly handed over.</summary>
    public async Task<Guid> HandOverAsync(string name, byte[] content)
    {
        var id = Begin(name, content.Length);
        Assert.Equal((TransferReply.Taken, content.Length), await WriteAsync(id, 0, content));
        return id;
    }

    public Task<(TransferReply Reply, long Next)> WriteAsync(Guid id, long position, byte[] content) =>
        Queue.WriteAsync(id, position, new MemoryStream(content), CancellationToken.None);

    /// <summary>As soon as the transfer is so, as everybody is told.</summary>
    public async Task<Transfer> WhenAsync(Guid id, Func<Transfer, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var all in Queue.Changes.WatchAsync(patience.Token))
        {
            if (all.FirstOrDefault(transfer => transfer.Id == id) is { } transfer && condition(transfer))
                return transfer;
        }
        throw new TimeoutException($"It stays as it is: {Queue.Changes.Latest?.FirstOrDefault(transfer => transfer.Id == id)}");
    }

    public Task<Transfer> WhenAsync(Guid id, TransferStage stage) => WhenAsync(id, transfer => transfer.Stage == stage);

    /// <summary>As soon as it is so, whoever is told of it or not.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await timer.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>Files of this queue: those without a name are still told by their handles.</summary>
    public int CountSpooled() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
        .Count(handle => handle.LinkTarget?.StartsWith(Folder, StringComparison.Ordinal) == true);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
        Queue.Dispose();
        ended.Dispose();
        if (kept is null && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The system's clock, moved forwards.</summary>
sealed class MovableTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}

sealed class FakeDoor : ITransferDoor
{
    readonly Channel<bool> turns = Channel.CreateUnbounded<bool>();

    public FakeDoor() => Vault = new FakeVault(this);

    public FakeVault? Vault { get; private set; }

    public ITransferVault? Open => Vault;

    /// <summary>What happens to content that is stored, by its name; the rest is read wholly.</summary>
    public Dictionary<string, Func<IUploadSource, IProgress<UploadProgress>, CancellationToken, Task>> Treatments { get; } = [];

    /// <summary>What is in the vault, by name; bytes that no provider has any more are null.</summary>
    public Dictionary<string, byte?[]> Readable { get; } = [];

    /// <summary>What happens before content is read back, by its name.</summary>
    public Dictionary<string, Func<CancellationToken, Task>> Readings { get; } = [];

    /// <summary>The live versions of what is in the vault, by name, where they are not those that were there first.</summary>
    public ConcurrentDictionary<string, VersionId> Changed { get; } = [];

    /// <summary>Bytes that something is said to have, by its name, whatever it has.</summary>
    public Dictionary<string, long> Sizes { get; } = [];

    /// <summary>How many were read back, or being so, at any time; and how many at once.</summary>
    public int Read, ReadNow, MostReadAtOnce;

    /// <summary>The first of a name.</summary>
    public VersionId VersionOf(string name) => new(Readable.Keys.ToList().IndexOf(name) + 1);

    /// <summary>How many there is room for at a time; 0 for any number.</summary>
    public int IsFullFor { get; set; }

    /// <summary>What comes between once, when several were stored together.</summary>
    public Exception? AfterTogether { get; set; }

    /// <summary>Why nothing is stored alone now.</summary>
    public UploadRefusal? Refusal { get; set; }

    /// <summary>What was tried to be stored alone, in its order.</summary>
    public ConcurrentQueue<string> Tried { get; } = [];

    /// <summary>What is stored, in its order.</summary>
    public List<(string Name, byte[] Content)> Stored { get; } = [];

    /// <summary>As a vault is locked: it is closed at once, what runs is told to end, and then it is waited for.</summary>
    public async Task LockAsync()
    {
        var vault = Vault!;
        Vault = null;
        turns.Writer.TryWrite(false);
        await vault.CloseAsync();
    }

    public void Unlock()
    {
        Vault = new FakeVault(this);
        turns.Writer.TryWrite(true);
    }

    public async IAsyncEnumerable<bool> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            bool turn;
            try
            {
                turn = await turns.Reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
            yield return turn;
        }
    }
}

/// <summary>Changes take turns, as in a vault.</summary>
sealed class FakeVault(FakeDoor door) : ITransferVault
{
    readonly SemaphoreSlim changing = new(1, 1);
    readonly CancellationTokenSource closing = new();

    public CancellationToken Closing => closing.Token;

    /// <summary>The version that was stored again last, or would have been.</summary>
    public VersionId? Again { get; private set; }

    public async Task<UploadResult> PutAsync(
        ObjectName name, VersionId? again, IUploadSource source, IProgress<UploadProgress> progress, CancellationToken cancellationToken)
    {
        Again = again;
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (again is not null && again != Find(name)?.Version)
                return new UploadResult.Refused(UploadRefusal.Of(UploadProblem.ContentChanged, "The file was changed meanwhile."));
            door.Tried.Enqueue(name.Value);
            progress.Report(new UploadProgress(UploadStage.Sending, 0, source.Length, 0));
            if (door.Treatments.TryGetValue(name.Value, out var treatment))
                await treatment(source, progress, cancellationToken);
            if (door.Refusal is { } refusal)
                return new UploadResult.Refused(refusal);
            var content = new byte[source.Length];
            Assert.Equal(content.Length, await source.ReadAsync(0, content, cancellationToken));
            door.Stored.Add((name.Value, content));
            return new UploadResult.Stored(new VersionId(door.Stored.Count), CodingScheme.Small, []);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>As many as were stored together each time.</summary>
    public List<int> Together { get; } = [];

    /// <summary>All or none, as one request is.</summary>
    public async Task<IReadOnlyList<UploadedItem>> PutManyAsync(
        IReadOnlyList<(UploadItem Item, VersionId? Again)> items, IProgress<UploadProgress> progress, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            Together.Add(items.Count);
            var contents = new List<(string, byte[])>();
            foreach (var item in items.Where(item => item.Again is null || item.Again == Find(item.Item.Name)?.Version).Select(item => item.Item))
            {
                using var source = item.Open();
                progress.Report(new UploadProgress(UploadStage.Sending, 0, source.Length, 0));
                if (door.Treatments.TryGetValue(item.Name.Value, out var treatment))
                    await treatment(source, progress, cancellationToken);
                var content = new byte[source.Length];
                Assert.Equal(content.Length, await source.ReadAsync(0, content, cancellationToken));
                contents.Add((item.Name.Value, content));
            }
            if (door.IsFullFor > 0 && items.Count > door.IsFullFor)
                return [.. items.Select(item => new UploadedItem(item.Item.Name, 0, new UploadResult.Refused(UploadRefusal.Of(UploadProblem.NotEnoughSpace, "There is no room."))))];
            door.Stored.AddRange(contents);
            progress.Report(new UploadProgress(UploadStage.Publishing, 0, 0, 0) { Stored = contents.Select(item => Consumer.Name(item.Item1)).ToHashSet() });
            if (door.AfterTogether is { } fault)
            {
                door.AfterTogether = null;
                throw fault;
            }
            return [.. contents.Select(item => new UploadedItem(Consumer.Name(item.Item1), 0, new UploadResult.Stored(new VersionId(door.Stored.Count), CodingScheme.Small, [])))];
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>A change of somebody else's, such as another name.</summary>
    public async Task ChangeAsync()
    {
        await changing.WaitAsync();
        changing.Release();
    }

    public async Task CloseAsync()
    {
        await closing.CancelAsync();
        await changing.WaitAsync();
    }

    public (VersionId Version, long Size)? Find(ObjectName name) =>
        door.Readable.TryGetValue(name.Value, out var content) ? (door.Changed.GetValueOrDefault(name.Value, door.VersionOf(name.Value)), door.Sizes.GetValueOrDefault(name.Value, content.Length)) : null;

    /// <summary>Of what lost bytes, what comes before them.</summary>
    public async Task<DownloadResult> ReadAsync(VersionId version, Stream destination, CancellationToken cancellationToken)
    {
        var (name, content) = door.Readable.ElementAt((int)version.Value - 1);
        Interlocked.Increment(ref door.Read);
        door.MostReadAtOnce = Math.Max(door.MostReadAtOnce, Interlocked.Increment(ref door.ReadNow));
        try
        {
            if (door.Readings.TryGetValue(name, out var reading))
                await reading(cancellationToken);
            var whole = Array.IndexOf(content, null) is >= 0 and var lost ? content[..lost] : content;
            await destination.WriteAsync(whole.Select(part => part!.Value).ToArray(), cancellationToken);
            return whole.Length == content.Length ? new DownloadResult.Complete(whole.Length, []) : new DownloadResult.Incomplete(whole.Length, [], "Only 5 of the 6 fragments could be read.");
        }
        finally
        {
            Interlocked.Decrement(ref door.ReadNow);
        }
    }

    /// <summary>What was offered is what there was.</summary>
    public Task MakeRoomAsync(long size, IReadOnlyList<VersionId> offered, CancellationToken cancellationToken)
    {
        if (door.Refusal?.InTheWay is { } room && offered.SequenceEqual(room.Versions))
            door.Refusal = null;
        return Task.CompletedTask;
    }
}
