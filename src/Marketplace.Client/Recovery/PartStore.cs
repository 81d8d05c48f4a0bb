using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>What became of a catalog's pages.</summary>
/// <param name="Snapshot">What the snapshot itself has to say of the rows: all of them where they fit one page, else where the pages are.</param>
/// <param name="Left">Bytes that are left for it.</param>
sealed record StoredParts(SnapshotContents Snapshot, long Left);

/// <summary>
/// Stores the pages of a large catalog, each as a hidden object, so that a change of one object does not send all others again. A page that is stored
/// already is used as it is. The caller holds the writer lock.
/// </summary>
/// <param name="catalog">The catalog.</param>
/// <param name="holding">Tells which agreements hold what the catalog says.</param>
/// <param name="uploads">Stores.</param>
/// <param name="dataKey">Signs manifests.</param>
/// <param name="meanNames">Names to a page, on average.</param>
/// <param name="time">Tells how old a page is.</param>
sealed class PartStore(CatalogDatabase catalog, HoldingAgreements holding, UploadService uploads, Address dataKey, int meanNames, TimeProvider time)
{
    /// <summary>A page is stored anew when it has become so old, or up to twice as old: not all of them in one day.</summary>
    const int DaysOfAPage = 30;

    /// <summary>Stores what is not stored yet; nothing is let go of before <see cref="ReplaceOthers"/>.</summary>
    /// <param name="mostBytes">What all of the catalog may measure.</param>
    /// <param name="cancellationToken">Ends it; what was stored is used the next time.</param>
    /// <returns>Null for both where the catalog is too large.</returns>
    public async Task<(StoredParts? Stored, UploadRefusal? Refusal)> StoreAsync(long mostBytes, CancellationToken cancellationToken)
    {
        if (catalog.Read(read => CatalogPage.TryReadAll(read, meanNames)) is { } all)
            return (new StoredParts(all, mostBytes), null);
        var (parts, left) = (new List<SnapshotPart>(), mostBytes);
        var held = await holding.FindAsync(cancellationToken);
        ObjectName? after = null;
        do
        {
            var page = Outline(after);
            left -= page.Size;
            if (left < 0)
                return default;
            if (page.Size > 0)
            {
                var (part, refusal) = await StoreAsync(after, page.Digest, held, cancellationToken);
                if (part is null)
                    return (null, refusal);
                parts.Add(part);
            }
            after = page.Last;
        }
        while (after is not null);
        return (new StoredParts(new SnapshotContents([], []) { Parts = parts }, left), null);
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

    async Task<(SnapshotPart? Part, UploadRefusal? Refusal)> StoreAsync(
        ObjectName? after, Hash256 digest, IReadOnlySet<AgreementId> held, CancellationToken cancellationToken)
    {
        var name = SnapshotPart.NameOf(digest);
        if (catalog.Read(read => read.FindLive(name, hidden: true)) is { } there)
        {
            if (catalog.Read(read => IsSafe(read, there, digest, held)))
                return (new SnapshotPart(digest, there.Manifest), null);
            // Stored anew as an object of its own: another machine may be storing it, too, and no mask is used twice.
            catalog.Write(change => change.Replace(there.Id));
        }
        var rows = catalog.Read(read => CatalogPage.Read(read, after, meanNames)).Rows;
        using var source = new MemoryUploadSource(SnapshotCodec.TryWrite(rows)!);
        if (await uploads.PutAsync(name, isHidden: true, source, null, cancellationToken) is UploadResult.Refused refused)
            return (null, refused.Refusal);
        return (new SnapshotPart(digest, catalog.Read(read => read.FindLive(name, hidden: true)!).Manifest), null);
    }

    /// <summary>
    /// Whether a page need not be stored again: it is not old, not spread less widely than the present snapshot, and of its fragments more are where they
    /// should be than where repair begins.
    /// </summary>
    bool IsSafe(CatalogTransaction read, StoredVersion part, Hash256 digest, IReadOnlySet<AgreementId> held)
    {
        if (ManifestCodec.TryRead(part.Manifest, dataKey) is not { Layout: var layout } manifest)
            return false;
        var age = time.GetUtcNow() - part.Created;
        if (age.TotalDays > DaysOfAPage + digest.ToArray()[0] % DaysOfAPage)
            return false;
        if (read.FindLive(CatalogPublisher.SnapshotName, hidden: true) is { } snapshot && ManifestCodec.Peek(snapshot.Manifest)?.Layout.Fragments > layout.Fragments)
            return false;
        var slots = read.CountSlots(part.Id);
        var alive = manifest.Placements.Count(placement =>
            held.Contains(placement.Agreement) && slots.GetValueOrDefault(placement.Agreement) == layout.Segments);
        return alive == layout.Fragments || alive > layout.Coding.RepairAt;
    }
}
