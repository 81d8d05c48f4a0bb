using Marketplace.Client.Uploads;

namespace Marketplace.Application.Transfers;

/// <summary>How far content is on its way into the vault.</summary>
public enum TransferStage
{
    /// <summary>The browser hands it over.</summary>
    Receiving,

    /// <summary>Others are before it.</summary>
    Waiting,

    /// <summary>It is sealed, split and sent.</summary>
    Sending,

    /// <summary>Providers sign for it, and take the new catalog.</summary>
    Committing,

    /// <summary>There is no room for it, and something is kept that could give way.</summary>
    NoRoom,

    /// <summary>It is stored.</summary>
    Done,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>Its user gave it up.</summary>
    Cancelled,
}

/// <summary>Content on its way, at one moment.</summary>
/// <param name="Id">Nobody can guess it.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Bytes">Of this stage.</param>
/// <param name="IsPaused">Whether its user lets it wait.</param>
/// <param name="Message">Why it failed, or what is to be known; null for nothing.</param>
public sealed record Transfer(Guid Id, string Name, long Size, TransferStage Stage, long Bytes, bool IsPaused, string? Message)
{
    /// <summary>What would give way to it; null unless there is no room, and would be without that.</summary>
    public RoomInTheWay? Room { get; init; }

    /// <summary>How many providers are too few; null unless that is why there is no room.</summary>
    public ProvidersLacking? Lacking { get; init; }

    /// <summary>The room that is missing for it, in bytes of content; null unless that is why it waits.</summary>
    public long? Missing { get; init; }

    /// <summary>Whether it is read back from the vault and stored again, which nobody hands over.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Whether the page that handed it over is gone, so that the file has to be chosen again.</summary>
    public bool IsLost { get; init; }

    /// <summary>Whether its user can let it wait: what waits for its file or for room does so already, and what providers sign for is stopped by nobody.</summary>
    public bool CanPause => !IsOver && !IsPaused && !IsLost && Stage is not (TransferStage.Committing or TransferStage.NoRoom);

    /// <summary>Whether nothing happens to it any more.</summary>
    public bool IsOver => Stage is TransferStage.Done or TransferStage.Failed or TransferStage.Cancelled;
}

/// <summary>An answer to somebody who hands content over.</summary>
public enum TransferReply
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>Paused; to be asked again when there was a turn (<see cref="TransferQueue.WaitForTurnAsync"/>).</summary>
    Paused,

    /// <summary>As much as may wait on this machine waits already; to be asked again later.</summary>
    Later,

    /// <summary>There is no such transfer, or it is over.</summary>
    Gone,

    /// <summary>Not the bytes that come next.</summary>
    OutOfOrder,
}
