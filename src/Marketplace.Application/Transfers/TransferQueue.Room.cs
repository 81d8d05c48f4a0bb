using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <summary>
/// What found no room, or too few providers, waits for its user, or until there is some: the smallest of it is tried now and then, and when that is stored,
/// the next.
/// </summary>
public sealed partial class TransferQueue
{
    /// <summary>As long as a provider may take to be started anew.</summary>
    internal static readonly TimeSpan BetweenTriesForRoom = TimeSpan.FromMinutes(5);

    readonly int mostWithoutRoom;
    long triedForRoom;

    /// <summary>Tries again to store one that found no room, or too few providers.</summary>
    public void TryAgain(Guid id)
    {
        if (Find(id) is { State.Stage: TransferStage.NoRoom } entry)
            Enqueue(entry);
    }

    /// <summary>Tries again to store all that found no room, or too few providers.</summary>
    public void TryAllAgain() => ListWithoutRoom().ForEach(Enqueue);

    /// <summary>Clears, for good, what is kept for restoring and in the way of one that found no room; then that is stored.</summary>
    public async Task MakeRoomAsync(Guid id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { State.Stage: TransferStage.NoRoom } entry || !entry.TryOccupy())
            return;
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
    bool MayWaitForRoom() => ListWithoutRoom().Count < mostWithoutRoom;

    /// <summary>Providers come back, and what other machines removed leaves room, without a word.</summary>
    void TryNowAndThen()
    {
        lock (gate)
        {
            if (time.GetElapsedTime(triedForRoom) < BetweenTriesForRoom || IsHeld() || door.Open is null)
                return;
            triedForRoom = time.GetTimestamp();
        }
        TryNextAgain();
    }

    void TryNextAgain()
    {
        if (ListWithoutRoom().MinBy(static entry => entry.State.Size) is { } next)
            Enqueue(next);
    }

    List<TransferEntry> ListWithoutRoom()
    {
        lock (gate)
            return [.. entries.Values.Where(static entry => entry.State.Stage == TransferStage.NoRoom)];
    }
}
