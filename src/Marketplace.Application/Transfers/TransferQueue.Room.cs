using Marketplace.Client.Uploads;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <summary>
/// What found no room, or too few providers, waits for its user, or until there is some: the smallest of it is tried now and then, and when that is stored,
/// the next. An older version of a name is not tried by itself over a newer one.
/// </summary>
public sealed partial class TransferQueue
{
    /// <summary>As long as a provider may take to be started anew.</summary>
    internal static readonly TimeSpan BetweenTriesForRoom = TimeSpan.FromMinutes(5);

    readonly int mostWithoutRoom;

    /// <summary>Refused for want of room, or of providers, and neither stored nor given up since: those that rest, and those that are tried again.</summary>
    readonly HashSet<TransferEntry> refused = [];

    /// <summary>Of those, the ones that rest.</summary>
    readonly HashSet<TransferEntry> withoutRoom = [];
    long triedForRoom;

    /// <summary>Tries again to store one that found no room, or too few providers.</summary>
    public void TryAgain(Guid id)
    {
        if (Find(id) is { State.Stage: TransferStage.NoRoom } entry)
            Enqueue(entry);
    }

    /// <summary>Tries again to store all that found no room, or too few providers, but what a newer version has overtaken.</summary>
    public void TryAllAgain() => ListWithoutRoom().ForEach(Enqueue);

    /// <summary>Clears, for good, what is kept for restoring and in the way of one that found no room; then that is stored.</summary>
    public async Task MakeRoomAsync(Guid id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } entry)
            return;
        if (entry.State.Stage != TransferStage.NoRoom || !entry.TryOccupy())
        {
            Update(entry, state => state with { Message = "It is being tried just now; where that fails, the space can be freed then." });
            return;
        }
        try
        {
            if (door.Open is not { } vault)
            {
                Update(entry, state => state with { Message = "The vault is locked." });
                return;
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, vault.Closing);
            if (entry.State.Room is { } room)
                await vault.MakeRoomAsync(entry.State.Size, room.Versions, either.Token);
            Enqueue(entry);
        }
        catch (OperationCanceledException)
        {
            // Its user can ask for it again.
        }
        catch (EthereumRpcException)
        {
            Update(entry, state => state with { Message = "The chain does not answer now; try again." });
        }
        catch (Exception fault)
        {
            onFault(id, fault);
            Update(entry, state => state with { Message = $"No room could be made: {fault.Message}" });
        }
        finally
        {
            entry.Free();
        }
    }

    /// <summary>Of very many that find no room most are told as failed.</summary>
    bool MayWaitForRoom()
    {
        lock (gate)
            return withoutRoom.Count < mostWithoutRoom;
    }

    void WaitForRoom(TransferEntry entry, UploadRefusal refusal)
    {
        lock (gate)
        {
            refused.Add(entry);
            // Its user stopped it in this instant, or locked the vault.
            if (entry.IsGivenUp || entry.State.IsPaused || door.Open is null)
            {
                PutBack([entry]);
                return;
            }
            entry.Attempt = null;
            entry.State = entry.State with
            {
                Stage = TransferStage.NoRoom, Bytes = 0, Message = refusal.Message, Room = refusal.InTheWay, Lacking = refusal.Lacking, Missing = refusal.Room?.Missing,
            };
            withoutRoom.Add(entry);
        }
        Tell();
        Wake();
    }

    /// <summary>Whatever older of its name was refused would take its place: it rests, also where it waits for its next try. Whoever holds the lock calls it.</summary>
    void Overtake(TransferEntry stored)
    {
        foreach (var older in refused.Where(entry => entry.Name == stored.Name && entry.Order < stored.Order && entry.State.Stage is TransferStage.NoRoom or TransferStage.Waiting))
        {
            older.IsOvertaken = true;
            older.State = older.State with
            {
                Stage = TransferStage.NoRoom, IsPaused = false, Message = "A newer version is stored meanwhile. Tried again, this one takes its place.",
            };
            waiting.Remove(older);
            withoutRoom.Add(older);
        }
    }

    /// <summary>Providers come back, what other machines removed leaves room, and this one's user makes some on its disk, without a word.</summary>
    void TryNowAndThen()
    {
        if (time.GetElapsedTime(triedForRoom) < BetweenTriesForRoom)
            return;
        triedForRoom = time.GetTimestamp();
        isDiskFull = false;
        readable.Writer.TryWrite(true);
        TryNextAgain();
    }

    void TryNextAgain()
    {
        lock (gate)
        {
            if (WhyItWaits() is null && !IsHeld() && ListWithoutRoom().DistinctBy(static entry => entry.Name).MinBy(static entry => entry.State.Size) is { } next)
                Enqueue(next);
        }
    }

    /// <summary>In the order of their beginning, so that the later one of a name is the newer version.</summary>
    List<TransferEntry> ListWithoutRoom()
    {
        lock (gate)
            return [.. withoutRoom.Where(static entry => !entry.IsOvertaken).OrderBy(static entry => entry.Order)];
    }
}
