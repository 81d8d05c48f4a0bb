using Marketplace.Client.Catalog;

namespace Marketplace.Client.Watching;

/// <summary>Remembers how versions are spread: a manifest is read once, since that of a version that is whole never changes.</summary>
sealed class SpreadIndex(CatalogDatabase catalog)
{
    /// <summary>Manifests that are read at once: nobody else reads the catalog meanwhile.</summary>
    const int ReadAtOnce = 500;

    readonly Lock gate = new();
    readonly Dictionary<ObjectSpread, ObjectSpread> spreads = [];
    IReadOnlyList<ObjectSummary>? read;
    Dictionary<VersionId, ObjectSpread> known = [];
    HashSet<VersionId> damaged = [];

    /// <summary>Of each of the listed objects, by its version; without those whose manifests are damaged. Stays as it is.</summary>
    public IReadOnlyDictionary<VersionId, ObjectSpread> Read(IReadOnlyList<ObjectSummary> objects, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (read == objects)
                return known;
            var found = new Dictionary<VersionId, ObjectSpread>(objects.Count);
            var unreadable = new HashSet<VersionId>();
            var missing = new List<VersionId>();
            foreach (var version in objects.Select(summary => summary.Version))
                if (known.TryGetValue(version, out var spread))
                    found.Add(version, spread);
                else if (damaged.Contains(version))
                    unreadable.Add(version);
                else
                    missing.Add(version);
            foreach (var some in missing.Chunk(ReadAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var (version, manifest) in catalog.Read(transaction => transaction.PeekManifests(some)))
                    if (manifest is null)
                        unreadable.Add(version);
                    else
                        found.Add(version, OneOf(new ObjectSpread(manifest.Layout.Coding, [.. manifest.Placements.OrderBy(placement => placement.Agreement)])));
            }
            (read, known, damaged) = (objects, found, unreadable);
            return found;
        }
    }

    /// <summary>What is alike is the same, so that it is told apart at once.</summary>
    ObjectSpread OneOf(ObjectSpread spread)
    {
        if (spreads.TryGetValue(spread, out var one))
            return one;
        spreads.Add(spread, spread);
        return spread;
    }
}
