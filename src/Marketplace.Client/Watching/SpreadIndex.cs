using Marketplace.Client.Catalog;

namespace Marketplace.Client.Watching;

/// <summary>
/// Remembers how versions are spread: a manifest is read once, since that of a version that is whole never changes. Of a hundred thousand that takes seconds, for
/// which nobody holds a thread but the one that reads.
/// </summary>
sealed class SpreadIndex(CatalogDatabase catalog)
{
    /// <summary>Manifests that are read at once: nobody else reads the catalog meanwhile.</summary>
    const int ReadAtOnce = 500;

    readonly Lock gate = new();
    readonly Dictionary<ObjectSpread, ObjectSpread> spreads = [];
    IReadOnlyList<ObjectSummary>? asked;
    Task<Found> reading = Task.FromResult(new Found([], []));

    /// <summary>As far as it has been read, also where that was broken off.</summary>
    Found known = new([], []);

    /// <summary>Of each of the listed objects, by its version; without those whose manifests are damaged. Stays as it is.</summary>
    /// <param name="objects">Which.</param>
    /// <param name="cancellationToken">Ends the waiting. What was begun is read to its end: the next one to ask needs the same.</param>
    public async Task<IReadOnlyDictionary<VersionId, ObjectSpread>> ReadAsync(IReadOnlyList<ObjectSummary> objects, CancellationToken cancellationToken)
    {
        Task<Found> found;
        lock (gate)
        {
            if (asked != objects || reading.IsFaulted)
                (asked, reading) = (objects, ReadAfterAsync(reading, objects));
            found = reading;
        }
        return (await found.WaitAsync(cancellationToken)).Spreads;
    }

    async Task<Found> ReadAfterAsync(Task last, IReadOnlyList<ObjectSummary> objects)
    {
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var found = new Found(new Dictionary<VersionId, ObjectSpread>(objects.Count), []);
        var missing = new List<VersionId>();
        foreach (var version in objects.Select(summary => summary.Version))
            if (known.Spreads.TryGetValue(version, out var spread))
                found.Spreads.Add(version, spread);
            else if (known.Damaged.Contains(version))
                found.Damaged.Add(version);
            else
                missing.Add(version);
        known = found;
        foreach (var some in missing.Chunk(ReadAtOnce))
        {
            foreach (var (version, manifest) in catalog.Read(transaction => transaction.PeekManifests(some)))
                if (manifest is null)
                    found.Damaged.Add(version);
                else
                    found.Spreads.Add(version, OneOf(new ObjectSpread(manifest.Layout.Coding, [.. manifest.Placements.OrderBy(placement => placement.Agreement)])));
            // Whatever else is to be done has its turn.
            await Task.Yield();
        }
        return found;
    }

    /// <summary>What is alike is the same, so that it is told apart at once.</summary>
    ObjectSpread OneOf(ObjectSpread spread)
    {
        if (spreads.TryGetValue(spread, out var one))
            return one;
        spreads.Add(spread, spread);
        return spread;
    }

    sealed record Found(Dictionary<VersionId, ObjectSpread> Spreads, HashSet<VersionId> Damaged);
}
