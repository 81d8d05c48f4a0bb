using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
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
/// <param name="market">Tells which agreements still bind their providers.</param>
/// <param name="uploads">Stores.</param>
/// <param name="dataKey">Signs manifests.</param>
/// <param name="meanNames">Names to a page, on average.</param>
sealed class PartStore(CatalogDatabase catalog, IMarketView market, UploadService uploads, Address dataKey, int meanNames)
{
    /// <summary>Stores what is not stored yet; nothing is let go of before <see cref="ReplaceOthers"/>.</summary>
    /// <param name="mostBytes">What all of the catalog may measure.</param>
    /// <param name="cancellationToken">Ends it; what was stored is used the next time.</param>
    /// <returns>Null for both where the catalog is too large.</returns>
    public async Task<(StoredParts? Stored, UploadRefusal? Refusal)> StoreAsync(long mostBytes, CancellationToken cancellationToken)
    {
        var page = ReadPage(null);
        if (page.Last is null)
            return (new StoredParts(page.Rows, mostBytes), null);
        var (parts, left, bound) = (new List<SnapshotPart>(), mostBytes, new BoundAgreements(market));
        while (true)
        {
            var (size, digest) = SnapshotCodec.Measure(page.Rows);
            left -= size;
            if (left < 0)
                return default;
            var (part, refusal) = await StoreAsync(page.Rows, digest, bound, cancellationToken);
            if (part is null)
                return (null, refusal);
            parts.Add(part);
            if (page.Last is null)
                return (new StoredParts(new SnapshotContents([], []) { Parts = parts }, left), null);
            page = ReadPage(page.Last);
        }
    }

    /// <summary>Lets go of pages that a snapshot does not name. Their slots stay until the providers have it.</summary>
    public static void ReplaceOthers(CatalogTransaction change, SnapshotContents snapshot)
    {
        var named = snapshot.Parts.Select(part => part.Name).Append(CatalogPublisher.SnapshotName).ToHashSet();
        foreach (var hidden in change.ListHidden())
            if (!named.Contains(hidden.Name))
                change.Replace(hidden.Id);
    }

    CatalogPage ReadPage(ObjectName? after) => catalog.Read(read => CatalogPage.Read(read, after, meanNames));

    async Task<(SnapshotPart? Part, UploadRefusal? Refusal)> StoreAsync(
        SnapshotContents rows, Hash256 digest, BoundAgreements bound, CancellationToken cancellationToken)
    {
        var name = SnapshotPart.NameOf(digest);
        if (catalog.Read(read => read.FindLive(name, hidden: true)) is { } there && await IsWholeAsync(there, bound, cancellationToken))
            return (new SnapshotPart(digest, there.Manifest), null);
        using var source = new MemoryUploadSource(SnapshotCodec.TryWrite(rows)!);
        if (await uploads.PutAsync(name, isHidden: true, source, null, cancellationToken) is UploadResult.Refused refused)
            return (null, refused.Refusal);
        return (new SnapshotPart(digest, catalog.Read(read => read.FindLive(name, hidden: true)!).Manifest), null);
    }

    /// <summary>
    /// Whether a page need not be stored again: the catalog knows the slots of all its fragments, and of those more are with providers that are still
    /// bound, and were heard of, than where repair begins.
    /// </summary>
    async Task<bool> IsWholeAsync(StoredVersion part, BoundAgreements bound, CancellationToken cancellationToken)
    {
        if (ManifestCodec.TryRead(part.Manifest, dataKey) is not { Layout: var layout } manifest
            || catalog.Read(read => read.CountFragments(part.Id).Countersigned) != (long)layout.Segments * layout.Fragments)
            return false;
        var alive = 0;
        foreach (var agreement in manifest.Placements.Select(placement => placement.Agreement))
            if (catalog.Read(read => read.FindSilence(agreement)) is null && await bound.ContainsAsync(agreement, cancellationToken))
                alive++;
        return alive == layout.Fragments || alive > layout.Coding.RepairAt;
    }

    /// <summary>The agreements that bind their providers now; each is asked for once.</summary>
    sealed class BoundAgreements(IMarketView market)
    {
        readonly Dictionary<AgreementId, bool> known = [];

        public async Task<bool> ContainsAsync(AgreementId agreement, CancellationToken cancellationToken)
        {
            if (!known.TryGetValue(agreement, out var isBound))
                known.Add(agreement, isBound = await market.FindAgreementAsync(agreement, cancellationToken) is { IsBinding: true });
            return isBound;
        }
    }
}
