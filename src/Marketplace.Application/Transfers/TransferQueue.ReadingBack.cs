using System.IO.Pipelines;
using System.Threading.Channels;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;

namespace Marketplace.Application.Transfers;

/// <summary>
/// What is stored again is read back shortly before it is stored, a few at a time: of thousands only the next are on this machine, and where nothing finds
/// room, or too few providers answer, no more is read that could not be stored.
/// </summary>
public sealed partial class TransferQueue
{
    /// <summary>How many are read at a time, and how many wait for room at most before no more are.</summary>
    internal const int MostReadAtOnce = 4, MostReadWithoutRoom = 8;

    /// <summary>Bytes that are read, or being read, and not yet being stored, and bytes that found no room, before no more are read.</summary>
    internal const long MostReadAhead = 64 << 20, MostBytesWithoutRoom = 4L << 30;

    readonly LinkedList<TransferEntry> unread = [];
    readonly HashSet<TransferEntry> readBack = [];
    readonly Channel<bool> readable = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly int mostReadBack;

    /// <summary>Something waits until another of those that are read is stored and leaves its room on this machine's disk.</summary>
    bool isDiskFull;

    /// <summary>An object that is read back.</summary>
    sealed record Reading(TransferEntry Entry, ITransferVault Vault, CancellationTokenSource Attempt);

    Task ReadBackAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, MostReadAtOnce).Select(_ => ReadBackManyAsync(cancellationToken)));

    async Task ReadBackManyAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (TakeUnread(cancellationToken) is { } next)
                    await ReadBackAsync(next);
                else
                    await readable.Reader.ReadAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The queue ends.
        }
    }

    Reading? TakeUnread(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isChainSilent || door.Open is not { Closing.IsCancellationRequested: false } vault || !MayReadMore())
                return null;
            if (unread.FirstOrDefault(static entry => !entry.State.IsPaused) is not { } entry || !TryMakeSpool(entry))
                return null;
            unread.Remove(entry);
            readBack.Add(entry);
            var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, vault.Closing);
            (entry.Attempt, entry.State) = (attempt, entry.State with { Message = null });
            // There may be more for others.
            readable.Writer.TryWrite(true);
            return new Reading(entry, vault, attempt);
        }
    }

    bool MayReadMore()
    {
        if (isDiskFull)
            return false;
        var (places, withoutRoom, bytesWithoutRoom, ahead) = (0, 0, 0L, 0L);
        foreach (var entry in readBack.Where(static entry => !entry.State.IsPaused))
        {
            places++;
            if (refused.Contains(entry))
                (withoutRoom, bytesWithoutRoom) = (withoutRoom + 1, bytesWithoutRoom + entry.State.Size);
            else if (entry.State.Stage == TransferStage.Receiving || entry.Attempt is null)
                ahead += entry.State.Size;
            // What one has too few providers for, no other finds more for.
            if (entry.State.Lacking is not null)
                return false;
        }
        return places < mostReadBack && withoutRoom < MostReadWithoutRoom && bytesWithoutRoom < MostBytesWithoutRoom && ahead < MostReadAhead;
    }

    async Task ReadBackAsync(Reading reading)
    {
        var (entry, vault, attempt) = reading;
        string? problem = null;
        var isSilent = false;
        var hasDisk = HasDiskFor(entry.State.Size);
        try
        {
            problem = hasDisk ? await ReadBackAsync(entry, vault, attempt.Token) : "This machine has too little disk space left to read the file back. Make some, and store it again.";
        }
        catch (Exception fault) when (IsSilence(fault))
        {
            isSilent = true;
        }
        catch (Exception fault)
        {
            // Whatever is wrong with one of them, the others are read.
            onFault(entry.State.Id, fault);
            problem = $"It could not be read: {fault.Message}";
        }
        lock (gate)
        {
            var isStopped = attempt.IsCancellationRequested;
            attempt.Dispose();
            // It was taken over meanwhile, or is over.
            if (entry.Attempt != attempt || entry.State.Stage != TransferStage.Receiving)
                return;
            entry.Attempt = null;
            if (entry.IsGivenUp)
                End(entry, TransferStage.Cancelled, null);
            else if (isStopped || entry.State.IsPaused)
                PutBackUnread(entry, WhyItWaits());
            else if (isSilent)
            {
                PutBackUnread(entry, null);
                WaitForChain();
            }
            else if (!hasDisk && readBack.Count > 1)
                WaitForDisk(entry);
            else
                End(entry, TransferStage.Failed, problem ?? "It could not be taken over now; try again.");
        }
    }

    /// <summary>Null, or why not all of it could be read.</summary>
    async Task<string?> ReadBackAsync(TransferEntry entry, ITransferVault vault, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        var reading = ReadAsync(vault, entry.Again!.Value, pipe.Writer, stop.Token);
        try
        {
            // Ends when the reading does, or before it where the bytes are wanted no more.
            await WriteAsync(entry.State.Id, 0, pipe.Reader.AsStream(), CancellationToken.None);
        }
        finally
        {
            await stop.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await reading;
        }
        return await reading;
    }

    /// <summary>Others that were read leave room on the disk when they are stored; until then no more is read.</summary>
    void WaitForDisk(TransferEntry entry)
    {
        PutBackUnread(entry, "It waits for room on this machine’s disk, which others have until they are stored.");
        isDiskFull = true;
    }

    /// <summary>It is the next again when it goes on, from its beginning.</summary>
    void PutBackUnread(TransferEntry entry, string? message)
    {
        FreePlaceOf(entry);
        entry.Empty();
        withoutRoom.Remove(entry);
        refused.Remove(entry);
        entry.State = entry.State with { Stage = TransferStage.Receiving, Bytes = 0, Room = null, Lacking = null, Missing = null, Message = message };
        unread.AddFirst(entry);
        Tell();
        Wake();
    }

    /// <summary>What was read does not stay while the vault is locked; whoever holds the lock calls it for what rests.</summary>
    bool TryLetGo(TransferEntry entry)
    {
        if (!entry.State.IsAgain || door.Open is not null)
            return false;
        PutBackUnread(entry, WaitsForVault);
        return true;
    }

    /// <summary>The vault is locked; what is not at rest follows by itself.</summary>
    void LetGoOfAll()
    {
        var resting = readBack.Where(static entry => entry is { Attempt: null, State.Stage: TransferStage.Waiting or TransferStage.NoRoom });
        foreach (var entry in resting.OrderByDescending(static entry => entry.Order).ToList())
        {
            waiting.Remove(entry);
            TryLetGo(entry);
        }
    }

    /// <summary>Null, or why not all of it could be read.</summary>
    static async Task<string?> ReadAsync(ITransferVault vault, VersionId version, PipeWriter destination, CancellationToken cancellationToken)
    {
        try
        {
            return await vault.ReadAsync(version, destination.AsStream(leaveOpen: true), cancellationToken) is DownloadResult.Incomplete incomplete ? incomplete.Message : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception fault) when (!IsSilence(fault))
        {
            return $"It could not be read: {fault.Message}";
        }
        finally
        {
            await destination.CompleteAsync();
        }
    }
}
