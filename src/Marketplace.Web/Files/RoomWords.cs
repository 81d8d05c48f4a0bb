using Marketplace.Client.Uploads;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Files;

/// <summary>What rented room is said to be.</summary>
static class RoomWords
{
    /// <summary>12 GiB of 100 GiB used; 88 GiB left</summary>
    public static string Of(RentedRoom room) => room switch
    {
        { Providers: 0 } => "You rent no space: nothing can be stored yet.",
        { MissingProviders: > 0 and var missing } =>
            $"Files are spread over more providers than the {room.Providers} that you rent from: {(missing == 1 ? "1 is" : $"{missing} are")} missing before anything can be stored.",
        _ => $"{Figures.Bytes(room.Used)} of {Figures.Bytes(room.Whole)} used; {(room.MayBeMore ? "at least " : "")}{Figures.BytesAtLeast(room.Left)} left",
    };

    /// <summary>What files that are held need, and what there is.</summary>
    /// <param name="held">That wait in the page.</param>
    public static string Of(HeldRoom held) => held switch
    {
        { MissingProviders: > 0 } => $"{Figures.Bytes(held.Needed)} of room needed; you rent from too few providers for any.",
        { IsInPieces: true } => $"{Shortage(held)} A file needs its room in one piece: rent {Figures.Bytes(held.Missing)} anew, or extend a rental.",
        _ => Shortage(held),
    };

    static string Shortage(HeldRoom held) =>
        $"{Figures.Bytes(held.Needed)} of room needed, {(held.MayBeMore ? "at least " : "")}{Figures.BytesAtLeast(held.Left)} left{(held.Needed > held.Left ? $": {(held.MayBeMore ? "up to " : "")}{Figures.Bytes(held.Needed - held.Left)} missing" : ", in pieces")}.";
}
