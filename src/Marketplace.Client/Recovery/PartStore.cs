using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>What became of a catalog's pages.</summary>
/// <param name="Snapshot">What the snapshot itself has to say of the rows: all of them where they fit one page, else where the pages are.</param>
/// <param name="Left">Bytes that are left for it.</param>
/// <param name="Aged">Pages that are to be renewed: the names after which they begin, and their digests.</param>
sealed record StoredParts(SnapshotContents Snapshot, long Left, IReadOnlyList<(ObjectName? After, Hash256 Digest)> Aged);

/// <summary>
/// Stores the pages of a large catalog, each as a hidden object, so that a change of one object does not send all others again. A page that is stored
/// already is used as it is. The caller holds the writer lock.
/// </summary>
/// <param name="catalog">The catalog.</param>
/// <param name="providers">Are asked whether they hold what the catalog says.</param>
/// <param name="uploads">Stores.</param>
/// <param name="dataKey">Signs manifests.</param>
/// <param name="meanNames">Names to a page, on average.</param>
/// <param name="time">Tells how old a page is.</param>
sealed class PartStore(CatalogDatabase catalog, BoundProviders providers, UploadService uploads, Address dataKey, int meanNames, TimeProvider time)
{
    /// <summary>A page is stored anew when it has become so old, or up to twice as old: not all of them in one day, and only so many in one publication.</summary>
    const int DaysOfAPage = 30, RenewedAtOnce = 8;

    /// <summary>Stores what is not stored yet; nothing is let go of before <see cref="ReplaceOthers"/>.</summary>
    /// <param name="mostBytes">What all of the catalog may measure.</param>
    /// <param name="cancellationToken">Ends it; what was stored is used the next time.</param>
    /// <returns>Null for both where the catalog is too large.</returns>
    public async Task<(StoredParts? Stored, UploadRefusal? Refusal)> StoreAsync(long mostBytes, CancellationToken cancellationToken)
    {
        if (catalog.Read(read => CatalogPage.TryReadAll(read, meanNames)) is { } all)
            return (new StoredParts(all, mostBytes, []), null);
        var (parts, aged, left) = (new List<SnapshotPart>(), new List<(ObjectName?, Hash256)>(), mostBytes);
        var present = await LookAsync(cancellationToken);
        ObjectName? after = null;
        do
        {
            var page = Outline(after);
            left -= page.Size;
            if (left < 0)
                return default;
            if (page.Size > 0)
            {
                var (part, isAged, refusal) = await FindOrStoreAsync(after, page.Digest, present, cancellationToken);
                if (part is null)
                    return (null, refusal);
                parts.Add(part);
                if (isAged && aged.Count < RenewedAtOnce)
                    aged.Add((after, page.Digest));
            }
            after = page.Last;
        }
        while (after is not null);
        return (new StoredParts(new SnapshotContents([], []) { Parts = parts }, left, aged), null);
    }

    /// <summary>
    /// Stores pages anew that are old or not spread widely enough, once a snapshot that names them is safe: the next one names the new ones, and whatever
    /// becomes of it, nothing was taken away for it.
    /// </summary>
    public async Task RenewAsync(IReadOnlyList<(ObjectName? After, Hash256 Digest)> aged, CancellationToken cancellationToken)
    {
        foreach (var (after, digest) in aged)
            if (await StoreAsync(after, SnapshotPart.NameOf(digest), cancellationToken) is not null)
                return;
    }

    /// <summary>Lets go of pages that a snapshot does not name. Their slots stay until the providers have it.</summary>
    public static void ReplaceOthers(CatalogTransaction change, SnapshotContents snapshot)
    {
        var named = snapshot.Parts.Select(part => part.Name).Append(CatalogPublisher.SnapshotName).ToHashSet();
        foreach (var hidden in change.ListHidden())
            if (!named.Contains(hidden.Name))
                change.Replace(hidden.Id);
    }

    /// <summary>Reads no more rows than those of pages that have changed.</summary>
    PageOutline Outline(ObjectName? after) => catalog.Read(read => read.FindPage(after)) ?? catalog.Write(change =>
    {
        var page = CatalogPage.Read(change, after, meanNames).Outline();
        change.NotePage(after, page);
        return page;
    });

    async Task<(SnapshotPart? Part, bool IsAged, UploadRefusal? Refusal)> FindOrStoreAsync(
        ObjectName? after, Hash256 digest, Present present, CancellationToken cancellationToken)
    {
        var name = SnapshotPart.NameOf(digest);
        if (catalog.Read(read => read.FindLive(name, hidden: true)) is { } there)
        {
            var state = catalog.Read(read => StateOf(read, there, digest, present));
            if (state != PartState.Lacking)
                return (new SnapshotPart(digest, there.Manifest), state == PartState.Aged, null);
            // Another machine may be storing it, too: as an object of its own, no mask is used twice.
            catalog.Write(change => change.Replace(there.Id));
        }
        return await StoreAsync(after, name, cancellationToken) is { } refusal
            ? (null, false, refusal)
            : (new SnapshotPart(digest, catalog.Read(read => read.FindLive(name, hidden: true)!).Manifest), false, null);
    }

    /// <returns>Null when it is stored; else why not.</returns>
    async Task<UploadRefusal?> StoreAsync(ObjectName? after, ObjectName name, CancellationToken cancellationToken)
    {
        var rows = catalog.Read(read => CatalogPage.Read(read, after, meanNames)).Rows;
        using var source = new MemoryUploadSource(SnapshotCodec.TryWrite(rows)!);
        return await uploads.PutAsync(name, isHidden: true, source, null, cancellationToken) is UploadResult.Refused refused ? refused.Refusal : null;
    }

    async Task<Present> LookAsync(CancellationToken cancellationToken)
    {
        var (agreements, snapshot) = catalog.Read(read => (read.ListAgreements(), read.FindLive(CatalogPublisher.SnapshotName, hidden: true)));
        var held = await providers.WhereAsync(
            agreements, async (agreement, channel, ended) => (await channel.GetRevisionAsync(ended)).TryGet(out var shown, out _) && shown.RevisionOf(agreement.Id) == agreement.Revision,
            cancellationToken);
        return new Present(held.Select(agreement => agreement.Id).ToHashSet(), snapshot is null ? 0 : ManifestCodec.Peek(snapshot.Manifest)?.Layout.Fragments ?? 0);
    }

    /// <summary>What a page is judged by.</summary>
    /// <param name="Held">Agreements whose providers hold now what the catalog says that they do.</param>
    /// <param name="Fragments">How widely the present snapshot is spread; 0 before the first.</param>
    sealed record Present(IReadOnlySet<AgreementId> Held, int Fragments);

    PartState StateOf(CatalogTransaction read, StoredVersion part, Hash256 digest, Present present)
    {
        if (ManifestCodec.TryRead(part.Manifest, dataKey) is not { Layout: var layout } manifest)
            return PartState.Lacking;
        var slots = read.CountSlots(part.Id);
        var alive = manifest.Placements.Count(placement =>
            present.Held.Contains(placement.Agreement) && slots.GetValueOrDefault(placement.Agreement) == layout.Segments);
        if (alive < layout.Fragments && alive <= layout.Coding.RepairAt)
            return PartState.Lacking;
        var days = (time.GetUtcNow() - part.Created).TotalDays;
        // Somewhat more widely may not be possible for a page, which takes more room than a snapshot: tried once a day.
        var isNarrow = layout.Fragments < present.Fragments && (days > 1 || 2 * layout.Fragments < present.Fragments);
        return isNarrow || days > DaysOfAPage + digest.ToArray()[0] % DaysOfAPage ? PartState.Aged : PartState.Good;
    }

    enum PartState
    {
        /// <summary>Not there, or no more of its fragments are where they should be than where repair begins.</summary>
        Lacking,

        /// <summary>Good enough, but old, or spread less widely than the present snapshot.</summary>
        Aged,

        Good,
    }
}
