using Marketplace.Application.Live;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;

namespace Marketplace.Web.Files;

/// <summary>Whether files that were chosen find room, before they are handed over.</summary>
/// <param name="Needed">Bytes of room that they take, and what is on its way already.</param>
/// <param name="Left">Bytes that are left.</param>
/// <param name="Missing">Bytes to be rented in addition; 0 where all of them find room, or nobody can say.</param>
/// <param name="MissingProviders">So many providers are too few for anything.</param>
/// <param name="MayBeMore">Whether more could be left than is known before something is stored.</param>
public sealed record HeldRoom(long Needed, long Left, long Missing, int MissingProviders, bool MayBeMore = false)
{
    static readonly HeldRoom Enough = new(0, 0, 0, 0);

    /// <summary>Whether one of them takes more than any rental has left in one piece.</summary>
    public bool IsInPieces => Missing > Needed - Left;

    /// <summary>Weighs files of such sizes.</summary>
    internal static async Task<HeldRoom> WeighAsync(long[] sizes, VaultDoor door, MarketPulse pulse, TransferQueue queue, CancellationToken cancellationToken)
    {
        if (door.State is not VaultState.Open { Vault: var vault } || vault.Closing.IsCancellationRequested || pulse.Moments.Latest is not { } moment)
            return Enough;
        var room = await vault.Cases.Send(new MeasureRoom(moment.Epoch), cancellationToken);
        var lack = room.FindLack([.. sizes.Select(size => Math.Clamp(size, 0, TransferQueue.LargestObject)), .. queue.ListSizes()]);
        return lack is null ? Enough : new HeldRoom(lack.Needed, room.Left, lack.Missing, room.MissingProviders, room.MayBeMore);
    }
}
