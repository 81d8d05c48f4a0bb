using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Brings the catalog's versions together with those of a published one. Whichever follows from the other (its manifest names the other's hash) takes
/// its place; where neither does and the fragments of both are there, both are kept, one of them under a new name. What has too few fragments left
/// was removed by another copy of the catalog, since only the vault's key signs fragments away.
/// </summary>
/// <param name="change">The catalog, its slots restored.</param>
/// <param name="dataKey">Signs manifests.</param>
/// <param name="current">Agreements whose slots are what their provider holds now; of others the best is assumed.</param>
sealed class CatalogMerge(CatalogTransaction change, Address dataKey, IReadOnlySet<AgreementId> current)
{
    /// <summary>The longest part of a name that a new name repeats, in UTF-16 units.</summary>
    const int LongestBase = ObjectName.MaxLength - 64;

    // Two machines may have stored the same fragment twice: the mask follows from object and number, and what is only padding is all mask.
    readonly Dictionary<AgreementId, ILookup<Hash256, StoredSlot>> slots =
        current.ToDictionary(agreement => agreement, agreement => change.ListSlots(agreement).ToLookup(slot => slot.Root));

    readonly HashSet<(AgreementId, uint)> claimed = [];
    readonly HashSet<VersionId> confirmed = [];
    readonly HashSet<Hash256> pages = [];
    readonly List<string> renamed = [];
    bool hasPublished, hasNews, isPartial;

    /// <summary>New names of what was kept beside another version.</summary>
    public IReadOnlyList<string> Renamed => renamed;

    /// <summary>Takes a published catalog in.</summary>
    /// <param name="published">The catalog.</param>
    /// <param name="isNewer">Whether its snapshot takes the place of the catalog's own.</param>
    public void Add(PublishedCatalog published, bool isNewer)
    {
        hasPublished = true;
        hasNews |= isNewer;
        isPartial |= published.MissingPages > 0;
        var entries = published.Contents.Entries.DistinctBy(entry => entry.Name).ToList();
        FollowRenames(entries);
        var history = new HistoryMerge(change, manifest => Read(manifest) is { } read && HasEnough(read));
        foreach (var kept in published.Contents.Kept)
            confirmed.UnionWith(history.AddKept(kept));
        foreach (var entry in entries)
            if (!history.TryFollow(entry))
                Add(entry, history);
        history.AddTags(published.Contents.Tags);
        // Of two machines' terms the longer ones hold: what one of them was told to keep, the other must not prune.
        if (published.Contents.Retention is { } retention)
            change.SetRetention(change.HasRetention() ? change.GetRetention().AndAtLeast(retention) : retention);
        AddSnapshot(published.Snapshot, isNewer);
        foreach (var part in published.Parts)
        {
            AddSnapshot(part, change.FindLive(part.Name, hidden: true) is null);
            pages.Add(HashOf(part.Manifest));
        }
    }

    /// <summary>Gives every version its slots, and drops those that others have removed.</summary>
    public void Finish()
    {
        foreach (var version in change.ListLive().Concat(change.ListKept()))
        {
            if (Read(version.Manifest) is not { } manifest)
                continue;
            if (hasPublished && !isPartial && !confirmed.Contains(version.Id) && !HasEnough(manifest))
                change.Delete(version.Id);
            else
                Claim(version.Id, manifest);
        }
        foreach (var hidden in change.ListHidden())
        {
            if (Read(hidden.Manifest) is { } manifest)
                Claim(hidden.Id, manifest);
            // Whoever published a catalog without a page may be clearing it: it is not to be relied on again.
            if (hasNews && hidden.Name != CatalogPublisher.SnapshotName && !pages.Contains(HashOf(hidden.Manifest)))
                change.Replace(hidden.Id);
        }
    }

    /// <summary>What another copy of the catalog kept under a new name gets it here, too.</summary>
    void FollowRenames(List<SnapshotEntry> entries)
    {
        var byManifest = ByManifest(change.ListLive());
        foreach (var entry in entries)
            if (byManifest.TryGetValue(HashOf(entry.Manifest), out var version) && version.Name != entry.Name && change.FindLive(entry.Name) is null)
                change.RenameAll(version.Name, entry.Name);
    }

    void Add(SnapshotEntry entry, HistoryMerge history)
    {
        var manifest = Read(entry.Manifest);
        if (change.FindLive(entry.Name) is not { } own)
        {
            var wasRemovedHere = change.NextNumber(entry.Name, hidden: false) > entry.Number;
            if (!wasRemovedHere || (manifest is not null && HasEnough(manifest)))
                AddLive(entry.Name, entry, history);
        }
        else if (HashOf(own.Manifest) == HashOf(entry.Manifest))
            confirmed.Add(own.Id);
        else if (Choose(own, entry, manifest) is { } choice)
            Apply(choice, own, entry, history);
    }

    enum Choice
    {
        Theirs,
        BothOursRenamed,
        BothTheirsRenamed,
    }

    /// <summary>Null: the catalog's own stays alone.</summary>
    Choice? Choose(StoredVersion own, SnapshotEntry entry, ObjectManifest? theirs)
    {
        if (theirs is null)
            return null;
        if (Read(own.Manifest) is not { } ours || theirs.Previous == HashOf(own.Manifest))
            return Choice.Theirs;
        if (ours.Previous == HashOf(entry.Manifest) || !HasEnough(theirs))
            return null;
        if (!HasEnough(ours))
            return Choice.Theirs;
        // The same on every machine, so that copies of the catalog come to the same names.
        return (entry.Number, HashOf(entry.Manifest)).CompareTo((own.Number, HashOf(own.Manifest))) > 0 ? Choice.BothOursRenamed : Choice.BothTheirsRenamed;
    }

    void Apply(Choice choice, StoredVersion own, SnapshotEntry entry, HistoryMerge history)
    {
        switch (choice)
        {
            case Choice.Theirs:
                if (!history.TryKeep(own))
                    change.Delete(own.Id);
                AddLive(entry.Name, entry, history);
                break;
            case Choice.BothOursRenamed:
                change.Rename(own.Id, NewNameFor(entry.Name, own.Number));
                AddLive(entry.Name, entry, history);
                break;
            case Choice.BothTheirsRenamed:
                AddLive(NewNameFor(entry.Name, entry.Number), entry, history);
                break;
        }
    }

    /// <summary>Makes a published version live under a name that is free: the catalog's own of it, which may have another name, if there is one.</summary>
    void AddLive(ObjectName name, SnapshotEntry entry, HistoryMerge history)
    {
        if (history.FindOwn(HashOf(entry.Manifest)) is { State: VersionState.Live } here)
        {
            // Names that went round, or changed places: two versions of one manifest would take its fragments from each other.
            change.RenameAll(here.Name, name);
            confirmed.Add(here.Id);
            return;
        }
        var id = change.AddLive(name, hidden: false, entry.Number, entry.Size, entry.Created, entry.Manifest);
        if (entry.Since is { } restored)
            change.MarkRestored(id, restored);
        confirmed.Add(id);
    }

    /// <summary>Of two snapshots, or of two objects with the same page, the newer is live; the other keeps its slots until the next snapshot is published.</summary>
    void AddSnapshot(StoredVersion snapshot, bool isNewer)
    {
        var own = change.FindLive(snapshot.Name, hidden: true);
        if (own is not null && HashOf(own.Manifest) == HashOf(snapshot.Manifest))
            return;
        var id = change.AddCommitting(snapshot.Name, hidden: true, snapshot.Number, snapshot.Size, snapshot.Created, snapshot.Manifest);
        if (Read(snapshot.Manifest) is { } manifest)
            Claim(id, manifest);
        if (own is not null && !isNewer)
        {
            change.Replace(id);
            return;
        }
        if (own is not null)
            change.Replace(own.Id);
        change.SetLive(id);
    }

    ObjectName NewNameFor(ObjectName name, ulong number)
    {
        var start = name.Value[..Math.Min(name.Value.Length, LongestBase)];
        if (char.IsHighSurrogate(start[^1]))
            start = start[..^1];
        for (var attempt = 1; ; attempt++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{start} (other version {number}{(attempt == 1 ? "" : $", {attempt}")})");
            if (!ObjectName.TryCreate(text, out var free, out var problem))
                throw new InvalidOperationException(problem);
            if (change.FindLive(free) is not null)
                continue;
            renamed.Add(text);
            return free;
        }
    }

    void Claim(VersionId version, ObjectManifest manifest)
    {
        for (var index = 0; index < manifest.Placements.Count; index++)
        {
            var agreement = manifest.Placements[index].Agreement;
            if (!slots.TryGetValue(agreement, out var held))
                continue;
            foreach (var roots in manifest.Roots)
            {
                var slot = held[roots[index]].OrderBy(slot => slot.Version == version ? 0 : 1).FirstOrDefault(slot => !claimed.Contains((agreement, slot.Slot)));
                if (slot is null)
                    continue;
                claimed.Add((agreement, slot.Slot));
                if (slot.Version != version)
                    change.ClaimSlot(agreement, slot.Slot, version);
            }
        }
    }

    bool HasEnough(ObjectManifest manifest)
    {
        var whole = Enumerable.Range(0, manifest.Placements.Count).Count(index =>
            !slots.TryGetValue(manifest.Placements[index].Agreement, out var held) || manifest.Roots.All(roots => held.Contains(roots[index])));
        return whole >= manifest.Layout.DataFragments;
    }

    ObjectManifest? Read(byte[] manifest) => ManifestCodec.TryRead(manifest, dataKey);

    /// <summary>Versions by the hashes of their manifests; of two with one manifest the first.</summary>
    internal static Dictionary<Hash256, StoredVersion> ByManifest(IEnumerable<StoredVersion> versions)
    {
        var found = new Dictionary<Hash256, StoredVersion>();
        foreach (var version in versions)
            found.TryAdd(HashOf(version.Manifest), version);
        return found;
    }

    internal static Hash256 HashOf(byte[] manifest) => new(SHA256.HashData(manifest));
}
