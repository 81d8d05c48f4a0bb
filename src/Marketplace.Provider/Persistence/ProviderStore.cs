using Marketplace.Provider.Agreements;
using Marketplace.Provider.Audits;
using Marketplace.Provider.Egress;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Scrubbing;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Persistence;

/// <summary>
/// Everything a provider node keeps: one directory, held by one process. After a crash at any instant, opening it finds all that was
/// acknowledged and nothing that was half written; the time this takes does not grow with the data.
/// </summary>
public sealed class ProviderStore : IAsyncDisposable
{
    readonly DataDirectoryLock directoryLock;
    readonly StoreDatabase database;
    readonly VolumeSet volumes;
    readonly WriteQueue queue;
    readonly SlotCollector slotCollector;
    readonly FragmentCollector fragmentCollector;
    readonly VolumeCompactor compactor;
    readonly SemaphoreSlim collecting = new(1, 1);
    readonly StoreOptions options;
    readonly TimeProvider time;
    readonly ILogger<ProviderStore> logger;

    ProviderStore(
        DataDirectoryLock directoryLock,
        StoreDatabase database,
        VolumeSet volumes,
        StoreOptions options,
        TimeProvider time,
        ILogger<ProviderStore> logger)
    {
        this.directoryLock = directoryLock;
        this.database = database;
        this.volumes = volumes;
        this.options = options;
        this.time = time;
        this.logger = logger;
        queue = new WriteQueue(database, Health, volumes.SyncWritten);
        Fragments = new FragmentStore(database, queue, volumes, Health, options, time);
        Agreements = new AgreementLedger(database, queue);
        Checkpoints = new CheckpointBook(database, queue, Fragments, time);
        Losses = new LossBook(database, queue, Fragments);
        Scrub = new FragmentScrub(database, queue, volumes, Fragments, Losses, time);
        Audits = new AuditBook(database, queue, Fragments);
        Vouchers = new VoucherBook(database, queue);
        slotCollector = new SlotCollector(queue);
        fragmentCollector = new FragmentCollector(database, queue, volumes, time);
        compactor = new VolumeCompactor(database, queue, volumes, options);
    }

    /// <summary>Whether writes are still acknowledged.</summary>
    public StoreHealth Health { get; } = new();

    /// <summary>The fragments.</summary>
    public FragmentStore Fragments { get; }

    /// <summary>The agreements and their revisions.</summary>
    public AgreementLedger Agreements { get; }

    /// <summary>The checkpoints, and what is proven from them.</summary>
    public CheckpointBook Checkpoints { get; }

    /// <summary>What the disk lost.</summary>
    public LossBook Losses { get; }

    /// <summary>Finds what the disk lost before somebody asks for it.</summary>
    public FragmentScrub Scrub { get; }

    /// <summary>What audits are answered from.</summary>
    public AuditBook Audits { get; }

    /// <summary>What consumers promised for reading.</summary>
    public VoucherBook Vouchers { get; }

    /// <summary>Opens or creates the store.</summary>
    /// <exception cref="ArgumentException">An option is out of bounds.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process holds the directory.</exception>
    /// <exception cref="StoreSchemaException">A newer version wrote the index.</exception>
    /// <exception cref="StoreIndexLostException">There are volumes and no index.</exception>
    /// <exception cref="DurabilityException">The disk failed.</exception>
    public static ProviderStore Open(StoreOptions options, TimeProvider time, ILogger<ProviderStore> logger) =>
        Open(options, time, logger, new PosixDurability());

    internal static ProviderStore Open(StoreOptions options, TimeProvider time, ILogger<ProviderStore> logger, IDurability durability)
    {
        options.Validate();
        var directory = Path.GetFullPath(options.DataDirectory);
        var held = DataDirectoryLock.Acquire(directory);
        StoreDatabase? database = null;
        VolumeSet? volumes = null;
        try
        {
            database = StoreDatabase.Open(Path.Combine(directory, "index.db"));
            volumes = new VolumeSet(options with { DataDirectory = directory }, durability);
            if (database.IsNew && volumes.ListFiles().Any())
                Salvage(database, volumes, options, time, logger);
            database.MarkOpened(durability);
            VolumeRecovery.Recover(database, volumes);
            return new ProviderStore(held, database, volumes, options, time, logger);
        }
        catch
        {
            volumes?.Dispose();
            database?.Dispose();
            held.Dispose();
            throw;
        }
    }

    static void Salvage(StoreDatabase database, VolumeSet volumes, StoreOptions options, TimeProvider time, ILogger<ProviderStore> logger)
    {
        if (!options.RebuildLostIndex)
            throw new StoreIndexLostException(database.Path);
        var found = IndexRebuild.Run(database, volumes, (time.GetUtcNow() + StoreOptions.SalvageTime).ToUnixTimeMilliseconds());
        StoreLog.IndexRebuilt(logger, found);
    }

    /// <summary>Deletes what nothing needs any more and gives its space back to the disk. Safe at any time; one round at a time.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        await collecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await slotCollector.CollectAsync(cancellationToken).ConfigureAwait(false);
            await fragmentCollector.CollectAsync(cancellationToken).ConfigureAwait(false);
            await compactor.CompactAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            collecting.Release();
        }
    }

    /// <summary>
    /// Collects at the options' interval until cancelled or the store fails, both of which end it without an exception. A round that fails is
    /// logged and tried again.
    /// </summary>
    public async Task RunCollectionAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.CollectionInterval, time);
        try
        {
            while (Health.Failure is null && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                await TryCollectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever cancelled knows.
        }
    }

    async Task TryCollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CollectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            StoreLog.CollectionFailed(logger, exception);
        }
    }

    /// <summary>Finishes what was accepted, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await queue.DisposeAsync().ConfigureAwait(false);
        volumes.Dispose();
        database.Dispose();
        collecting.Dispose();
        directoryLock.Dispose();
    }
}

/// <summary>The store's log messages: events 5000 to 5099.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(EventId = 5000, Level = LogLevel.Warning, Message = "Giving space back failed; it is tried again.")]
    public static partial void CollectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning,
        Message = "The index was lost. {Fragments} fragments were salvaged from the volumes; their agreements serve reads only.")]
    public static partial void IndexRebuilt(ILogger logger, long fragments);
}

/// <summary>The volumes hold data, and the index that says whose it is is gone or new.</summary>
public sealed class StoreIndexLostException(string path)
    : IOException($"There are volumes, but no index at {path}. Put the index back, "
        + $"or start once with {nameof(StoreOptions.RebuildLostIndex)} to salvage the fragments.");
