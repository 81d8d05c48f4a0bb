using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Brings what is kept for restoring, and tags, together with those of a published catalog. Whether a version is live or kept follows who changed it last:
/// replaced, removed and restored versions carry the time of it.
/// </summary>
/// <param name="change">The catalog.</param>
/// <param name="isThere">Whether enough fragments of a manifest's version are there; of others nothing is taken over.</param>
sealed class HistoryMerge(CatalogTransaction change, Func<byte[], bool> isThere)
{
    readonly Dictionary<Hash256, SnapshotEntry> published = [];

    /// <summary>
    /// This catalog's versions by their manifests, whatever their names: an object may have been renamed on one of the machines, and its fragments must
    /// not belong to two versions, of which one would take them away from the other.
    /// </summary>
    readonly Dictionary<Hash256, VersionId> own =
        CatalogMerge.ByManifest(change.ListKept().Concat(change.ListLive())).ToDictionary(row => row.Key, row => row.Value.Id);

    /// <summary>Takes in a version that the published catalog keeps.</summary>
    /// <returns>This catalog's own of it, if it is in both.</returns>
    public IEnumerable<VersionId> AddKept(SnapshotEntry kept)
    {
        var hash = CatalogMerge.HashOf(kept.Manifest);
        var isFirst = published.TryAdd(hash, kept);
        if (FindOwn(hash) is { State: VersionState.Live or VersionState.Kept } already)
        {
            // Replaced or removed there, after it was restored here if it was; or kept here, too, and perhaps renamed there: but never below another object.
            var isOver = already.State == VersionState.Live && (already.Since is null || already.Since < kept.Since);
            // Removed on both machines: the later time holds on each, so that both publish the same and prune at the same time.
            if (isOver || (already.State == VersionState.Kept && already.Since < kept.Since))
                change.Keep(already.Id, kept.Since!.Value);
            if (isOver || (isFirst && already.State == VersionState.Kept && change.FindLive(kept.Name) is null))
                change.Rename(already.Id, kept.Name);
            return [already.Id];
        }
        if (!isThere(kept.Manifest))
            return [];
        return [own[hash] = change.AddKept(kept.Name, kept.Number, kept.Size, kept.Created, kept.Manifest, kept.Since!.Value)];
    }

    /// <summary>Whether a version that is live there is kept here; then it is restored if that was the last that anybody did with it.</summary>
    public bool TryFollow(SnapshotEntry live)
    {
        if (FindOwn(CatalogMerge.HashOf(live.Manifest)) is not { State: VersionState.Kept } kept)
            return false;
        if (live.Since is { } restored && restored > kept.Since)
        {
            change.Rename(kept.Id, live.Name);
            change.Restore(kept with { Name = live.Name }, restored);
        }
        return true;
    }

    /// <summary>Keeps a live version that gives way to one of the published catalog, where that keeps it, too.</summary>
    public bool TryKeep(StoredVersion own)
    {
        if (!published.TryGetValue(CatalogMerge.HashOf(own.Manifest), out var kept))
            return false;
        change.Keep(own.Id, kept.Since!.Value);
        return true;
    }

    /// <summary>Of two changes of an object's tags the later one holds.</summary>
    public void AddTags(IEnumerable<TaggedName> tags)
    {
        foreach (var tagged in tags)
            if (change.FindTagged(tagged.Name) is not { } own || own.Changed < tagged.Changed)
                change.SetTags(tagged);
    }

    /// <summary>This catalog's own version of a manifest, as it is now: what was taken in before may have changed it. Null where it has none.</summary>
    public StoredVersion? FindOwn(Hash256 manifest) => own.TryGetValue(manifest, out var id) ? change.Find(id) : null;
}
