using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Client;

/// <summary>Room for what is new, where what is kept is in the way.</summary>
public sealed partial class MarketplaceClient
{
    readonly KeepingClock keeping;

    /// <summary>How much of what is rented is used, and how much is left, by what this machine's catalog says.</summary>
    /// <param name="now">Agreements that end later are counted.</param>
    public RentedRoom MeasureRoom(Epoch now) => RentedRoom.Of(ListAgreements(), now, options.Uploads);

    /// <summary>
    /// Prunes kept versions for good, so that there is room for content that found none: only if it finds none without that still, would then, and
    /// no others would have to go.
    /// </summary>
    /// <param name="length">Of the content, in bytes.</param>
    /// <param name="offered">What may go: <see cref="UploadRefusal.InTheWay"/> of the refusal.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many went.</returns>
    public async Task<int> MakeRoomAsync(long length, IReadOnlyList<VersionId> offered, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        if (await uploads.FindRefusalAsync(length, cancellationToken) is not { InTheWay.Versions: var needed } || needed.Except(offered).Any())
            return 0;
        return (await PruneAsync(version => needed.Contains(version.Id), cancellationToken)).Versions;
    }

    /// <summary>Finishes or undoes what an earlier run left, and looks at the chain's time.</summary>
    async Task BeginAsync(CancellationToken cancellationToken)
    {
        await reconciler.RunAsync(cancellationToken);
        try
        {
            keeping.Observe(await view.GetTimeAsync(cancellationToken));
        }
        catch (EthereumRpcException)
        {
            // What needs the chain says so itself.
        }
    }

    /// <summary>Clears what is kept longer than the vault says, at the providers too.</summary>
    /// <returns>Whether there was any.</returns>
    async Task<bool> ClearExpiredAsync(CancellationToken cancellationToken)
    {
        if (PruneExpired() == 0)
            return false;
        await PublishAndClearAsync(cancellationToken);
        return true;
    }

    /// <summary>What is kept may be in the way.</summary>
    static UploadResult.Refused WithAdvice(UploadResult.Refused refused) => refused.Refusal.InTheWay is { } inTheWay
        ? new UploadResult.Refused(refused.Refusal with { Message = $"{refused.Refusal.Message} {AdviceOn(inTheWay)}" }) : refused;

    /// <inheritdoc cref="WithAdvice(UploadResult.Refused)"/>
    static UploadedItem WithAdvice(UploadedItem item) => item.Result is UploadResult.Refused refused ? item with { Result = WithAdvice(refused) } : item;

    /// <summary>The sentence that a refusal ends with.</summary>
    internal static string AdviceOn(RoomInTheWay room) => string.Create(
        CultureInfo.InvariantCulture,
        $"Earlier versions and removed objects that are kept for restoring are in the way: pruning {room.Versions.Count} of them, {SizeOf(room.Bytes)}, makes room.");

    internal static string SizeOf(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB"),
    };
}
