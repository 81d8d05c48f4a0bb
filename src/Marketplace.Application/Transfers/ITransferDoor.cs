using System.Runtime.CompilerServices;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Uploads;

namespace Marketplace.Application.Transfers;

/// <summary>The vault, as whoever stores in it sees it.</summary>
interface ITransferDoor
{
    /// <summary>Null while it is locked.</summary>
    ITransferVault? Open { get; }

    /// <summary>Says whenever <see cref="Open"/> may have changed, until cancelled; the cancellation ends the stream without an exception.</summary>
    IAsyncEnumerable<bool> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>A vault that is open.</summary>
interface ITransferVault
{
    /// <summary>Cancelled when it is being locked, which waits for whatever changes it.</summary>
    CancellationToken Closing { get; }

    /// <summary>As of <see cref="Marketplace.Client.MarketplaceClient.PutAsync"/>, after whatever else changes the vault.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="again">The version that is stored again, refused where it is not the live one any more; null for new content.</param>
    /// <param name="source">The content.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<UploadResult> PutAsync(ObjectName name, VersionId? again, IUploadSource source, IProgress<UploadProgress> progress, CancellationToken cancellationToken);

    /// <summary>As of <see cref="Marketplace.Client.MarketplaceClient.PutManyAsync"/>, after whatever else changes the vault.</summary>
    /// <param name="items">Each with the version that is stored again, null for new content. Those whose version is not the live one any more are left out.</param>
    /// <param name="progress">Hears how far they are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<IReadOnlyList<UploadedItem>> PutManyAsync(
        IReadOnlyList<(UploadItem Item, VersionId? Again)> items, IProgress<UploadProgress> progress, CancellationToken cancellationToken);

    /// <summary>An object's live version and its bytes; null when there is none.</summary>
    (VersionId Version, long Size)? Find(ObjectName name);

    /// <summary>Writes a version's content, as far as it can be read.</summary>
    Task<DownloadResult> ReadAsync(VersionId version, Stream destination, CancellationToken cancellationToken);

    /// <summary>As of <see cref="Marketplace.Client.MarketplaceClient.MakeRoomAsync"/>, after whatever else changes the vault.</summary>
    Task MakeRoomAsync(long size, IReadOnlyList<VersionId> offered, CancellationToken cancellationToken);
}

/// <summary>The gateway's own.</summary>
sealed class TransferDoor(VaultDoor door) : ITransferDoor
{
    public ITransferVault? Open => door.State is VaultState.Open { Vault: var vault } ? new Opened(vault) : null;

    public async IAsyncEnumerable<bool> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in door.States.WatchAsync(cancellationToken))
            yield return state is VaultState.Open;
    }

    internal sealed class Opened(OpenVault vault) : ITransferVault
    {
        public CancellationToken Closing => vault.Closing;

        /// <summary>What was rented meanwhile, in a dialog that was closed early for instance, counts before a file is refused for want of space or of providers.</summary>
        public Task<UploadResult> PutAsync(ObjectName name, VersionId? again, IUploadSource source, IProgress<UploadProgress> progress, CancellationToken cancellationToken) =>
            vault.ChangeAsync(
                async () =>
                {
                    await SettleAsync([again], cancellationToken);
                    if (!IsCurrent(name, again))
                        return new UploadResult.Refused(UploadRefusal.Of(UploadProblem.ContentChanged, "The file was changed meanwhile: what was read of it is not stored again."));
                    var result = await vault.Client.PutAsync(name, source, progress, cancellationToken);
                    return result is UploadResult.Refused { Refusal.Problem: UploadProblem.NotEnoughSpace or UploadProblem.TooFewProviders } && await vault.Cases.Send(new NoteAgreements(), cancellationToken)
                        ? await vault.Client.PutAsync(name, source, progress, cancellationToken)
                        : result;
                },
                cancellationToken);

        public Task<IReadOnlyList<UploadedItem>> PutManyAsync(
            IReadOnlyList<(UploadItem Item, VersionId? Again)> items, IProgress<UploadProgress> progress, CancellationToken cancellationToken) =>
            vault.ChangeAsync(
                async () =>
                {
                    await SettleAsync(items.Select(item => item.Again), cancellationToken);
                    return await vault.Client.PutManyAsync([.. items.Where(item => IsCurrent(item.Item.Name, item.Again)).Select(item => item.Item)], progress, cancellationToken);
                },
                cancellationToken);

        /// <summary>What an earlier run was about to store may turn out to be stored, as a newer version than the one that was read.</summary>
        async Task SettleAsync(IEnumerable<VersionId?> again, CancellationToken cancellationToken)
        {
            if (again.Any(version => version is not null))
                await vault.Client.ReconcileAsync(cancellationToken);
        }

        bool IsCurrent(ObjectName name, VersionId? again) => again is null || vault.Client.Find(name)?.Id == again;

        public (VersionId Version, long Size)? Find(ObjectName name) => vault.Client.Find(name) is { } live ? (live.Id, live.Size) : null;

        public async Task<DownloadResult> ReadAsync(VersionId version, Stream destination, CancellationToken cancellationToken)
        {
            using var reader = vault.Client.Find(version) is { } stored ? await vault.Client.OpenAsync(stored, cancellationToken) : null;
            return reader is null
                ? new DownloadResult.Incomplete(0, [], "Its manifest is damaged, or it is gone.")
                : await reader.CopyToAsync(destination, null, cancellationToken);
        }

        public Task MakeRoomAsync(long size, IReadOnlyList<VersionId> offered, CancellationToken cancellationToken) =>
            vault.ChangeAsync(() => vault.Client.MakeRoomAsync(size, offered, cancellationToken), cancellationToken);
    }
}
