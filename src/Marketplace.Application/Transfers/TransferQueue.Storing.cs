using System.Threading.Channels;
using Marketplace.Client.Uploads;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <summary>
/// What is wholly on this machine is stored, one after the other, small files many at a time; what is paused, or waits for the vault, holds up nothing.
/// </summary>
public sealed partial class TransferQueue
{
    const string WaitsForVault = "The vault is locked; it is stored when the vault is opened again.";

    static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(15);

    readonly LinkedList<TransferEntry> waiting = [];
    readonly Channel<bool> woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Stores what is ready, one after the other, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beside = Task.WhenAll(WatchDoorAsync(ended.Token), SweepAsync(ended.Token), NoteAsync(ended.Token), ReadBackAllAsync(ended.Token));
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TakeNext(cancellationToken) is { } next)
                    await StoreAsync(next, cancellationToken);
                else
                    await woken.Reader.ReadAsync(cancellationToken);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await beside;
        }
    }

    /// <summary>What is stored at a time.</summary>
    sealed record Storing(IReadOnlyList<TransferEntry> Entries, ITransferVault Vault, CancellationTokenSource Attempt);

    Storing? TakeNext(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (isChainSilent || door.Open is not { } vault || ChooseNext() is not { Count: > 0 } next)
                return null;
            var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, vault.Closing);
            foreach (var entry in next)
            {
                waiting.Remove(entry);
                entry.State = entry.State with { Message = null };
                entry.Attempt = attempt;
            }
            // What is being stored makes way for what is to be read.
            readable.Writer.TryWrite(true);
            return new Storing(next, vault, attempt);
        }
    }

    async Task StoreAsync(Storing storing, CancellationToken cancellationToken)
    {
        var (entries, vault, attempt) = storing;
        try
        {
            if (entries is [var only])
                await StoreAloneAsync(only, vault, attempt);
            else
                await StoreTogetherAsync(entries, vault, attempt);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway ends; so does what was on its way.
        }
        catch (Exception) when (attempt.IsCancellationRequested)
        {
            PutBack(entries);
        }
        catch (Exception) when (entries.All(entry => entry.IsStored))
        {
            // The page says by itself that the providers lack the newest catalog.
            foreach (var entry in entries)
                End(entry, TransferStage.Done, null);
        }
        catch (Exception fault) when (IsSilence(fault))
        {
            PutBack(entries);
            WaitForChain();
        }
        catch (EthereumRpcException fault)
        {
            // Those that were stored are told so.
            foreach (var entry in entries)
                End(entry, entry.IsStored ? TransferStage.Done : TransferStage.Failed, entry.IsStored ? null : $"The chain did not answer as it should: {fault.Message}");
        }
        catch (Exception) when (entries.Count > 1)
        {
            PutBackAlone(entries);
        }
        catch (Exception fault)
        {
            // Whatever is wrong with one of them, the others are stored, and the gateway goes on.
            onFault(entries[0].State.Id, fault);
            End(entries[0], TransferStage.Failed, $"It could not be stored, for a reason that nobody foresaw: {fault.Message} Upload it again; the gateway's log says more.");
        }
        finally
        {
            lock (gate)
            {
                // What was put back may be read by now.
                foreach (var entry in entries.Where(entry => entry.Attempt == attempt))
                    entry.Attempt = null;
            }
            attempt.Dispose();
        }
    }

    async Task StoreAloneAsync(TransferEntry entry, ITransferVault vault, CancellationTokenSource attempt)
    {
        var result = await vault.PutAsync(entry.Name, entry.Again, entry.Content, new Progress(this, [entry]), attempt.Token);
        if (result is UploadResult.Refused && attempt.IsCancellationRequested)
            PutBack([entry]);
        else
            Conclude(entry, result);
    }

    void Conclude(TransferEntry entry, UploadResult result)
    {
        switch (result)
        {
            case UploadResult.Stored stored:
                bool wasRefused;
                lock (gate)
                    wasRefused = refused.Contains(entry);
                End(entry, TransferStage.Done, stored.Replaced.Count == 0 ? null : $"{stored.Replaced.Count} providers failed on the way and were replaced.");
                if (wasRefused)
                    TryNextAgain();
                break;
            case UploadResult.Refused { Refusal: { Problem: UploadProblem.NotEnoughSpace or UploadProblem.TooFewProviders } refusal } when MayWaitForRoom():
                WaitForRoom(entry, refusal);
                break;
            case UploadResult.Refused refused:
                End(entry, TransferStage.Failed, refused.Refusal.Message);
                break;
        }
    }

    /// <summary>Their storing was stopped: they are the next again when it goes on, unless they are given up, or were stored already.</summary>
    void PutBack(IReadOnlyList<TransferEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries.Reverse())
            {
                entry.Attempt = null;
                if (entry.IsStored || entry.IsGivenUp)
                {
                    End(entry, entry.IsStored ? TransferStage.Done : TransferStage.Cancelled, null);
                    continue;
                }
                entry.State = entry.State with { Stage = TransferStage.Waiting, Bytes = 0, Message = WhyItWaits() };
                if (!TryLetGo(entry))
                    waiting.AddFirst(entry);
            }
        }
        Tell();
    }

    void Enqueue(TransferEntry entry)
    {
        lock (gate)
        {
            // What was put back meanwhile comes again.
            if (entry.State.Stage != TransferStage.NoRoom && (entry.State.Stage != TransferStage.Receiving || entry.State.Bytes < entry.State.Size))
                return;
            // Whatever it was being read or cleared for ends with it.
            if (entry.IsGivenUp)
            {
                End(entry, TransferStage.Cancelled, null);
                return;
            }
            withoutRoom.Remove(entry);
            entry.State = entry.State with { Stage = TransferStage.Waiting, Bytes = 0, Room = null, Missing = null, Message = WhyItWaits() };
            // Its reading is over.
            entry.Attempt = null;
            if (!TryLetGo(entry))
                waiting.AddLast(entry);
        }
        Tell();
        Wake();
    }

    void End(TransferEntry entry, TransferStage stage, string? message)
    {
        lock (gate)
        {
            if (entry.State.IsOver)
                return;
            waiting.Remove(entry);
            unread.Remove(entry);
            lost.Remove(entry);
            withoutRoom.Remove(entry);
            refused.Remove(entry);
            Turn(entry);
            entry.State = entry.State with
            {
                Stage = stage, IsPaused = false, IsLost = false, Message = message, Bytes = stage == TransferStage.Done ? entry.State.Size : entry.State.Bytes,
            };
            entry.Content.Dispose();
            FreePlaceOf(entry);
            open.Free();
            changes++;
            if (stage == TransferStage.Done)
                Overtake(entry);
        }
        Tell();
    }

    async Task WatchDoorAsync(CancellationToken cancellationToken)
    {
        await foreach (var isOpen in door.WatchAsync(cancellationToken))
        {
            lock (gate)
            {
                if (!isOpen)
                    LetGoOfAll();
                // Whatever else is said of one still holds when the vault is open again.
                foreach (var entry in waiting.Concat(unread).Where(entry => !isOpen || entry.State.Message is null or WaitsForVault or WaitsForChain))
                    entry.State = entry.State with { Message = WhyItWaits() };
            }
            Tell();
            Wake();
        }
    }

    /// <summary>Nobody says it when a browser is killed.</summary>
    async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenSweeps, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                Sweep();
        }
        catch (OperationCanceledException)
        {
            // The queue ends.
        }
    }

    internal void Sweep()
    {
        HashSet<Guid> silent;
        lock (gate)
        {
            silent = [.. senders.Where(sender => time.GetElapsedTime(sender.Value) >= Silence).Select(sender => sender.Key)];
            var needed = entries.Values.Where(entry => entry.State.Stage == TransferStage.Receiving).Select(entry => entry.Sender).ToHashSet();
            foreach (var sender in silent.Except(needed))
                senders.Remove(sender);
        }
        if (silent.Count > 0)
            LoseAll(entry => silent.Contains(entry.Sender));
        TryNowAndThen();
    }

    void Wake()
    {
        woken.Writer.TryWrite(true);
        readable.Writer.TryWrite(true);
    }

    sealed class Progress(TransferQueue queue, IReadOnlyList<TransferEntry> entries) : IProgress<UploadProgress>
    {
        readonly long all = entries.Sum(entry => entry.State.Size);

        public void Report(UploadProgress value)
        {
            foreach (var entry in entries)
            {
                entry.IsStored |= value.Stored?.Contains(entry.Name) == true;
                queue.Update(entry, state => state with
                {
                    Stage = value.Stage is UploadStage.Committing or UploadStage.Publishing ? TransferStage.Committing : TransferStage.Sending,
                    Bytes = entries.Count == 1 ? value.ContentBytes : Math.Min(state.Size, (long)((double)value.ContentBytes / Math.Max(1, all) * state.Size)),
                });
            }
        }
    }
}
