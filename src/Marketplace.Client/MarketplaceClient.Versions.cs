using Marketplace.Client.Catalog;

namespace Marketplace.Client;

/// <summary>Earlier versions, removed objects, and tags.</summary>
public sealed partial class MarketplaceClient
{
    /// <summary>How long earlier versions, and objects that were removed, are kept for restoring.</summary>
    public Retention Retention => catalog.Read(read => read.GetRetention());

    /// <summary>What is kept for restoring, and the space that it occupies; at once where nothing has changed since it was asked for.</summary>
    public KeptSpace KeptSpace => catalog.Read(read =>
    {
        var moment = read.GetMoment();
        if (keptSpace is not { } known || known.Moment != moment)
            keptSpace = known = (moment, read.CountKept());
        return known.Kept;
    });

    /// <summary>What is kept of these names, each once, and the space that it occupies.</summary>
    public KeptSpace FindKeptSpace(IEnumerable<ObjectName> names) => catalog.Read(read => names.Select(read.CountKept)
        .Aggregate(new KeptSpace(0, 0), (sum, kept) => new KeptSpace(sum.Versions + kept.Versions, sum.Bytes + kept.Bytes)));

    /// <summary>What goes for good when the vault keeps no more than this, by whichever clock is ahead: at once, or as soon as the chain's time is known.</summary>
    public KeptSpace FindKeptBeyond(Retention retention) => catalog.Read(read => read.CountBeyond(retention, keeping.GetUtcNow()));

    /// <summary>The kept versions: by name, and of each the one that was replaced last first.</summary>
    public IReadOnlyList<StoredVersion> ListKept() => catalog.Read(read => read.ListKept());

    /// <summary>The versions of a name: the live one, if there is one, then the kept ones, of which the one that was replaced last first.</summary>
    public IReadOnlyList<StoredVersion> ListVersions(ObjectName name) =>
        catalog.Read(read => (IReadOnlyList<StoredVersion>)[.. read.FindLive(name) is { } live ? [live] : Array.Empty<StoredVersion>(), .. read.ListKept(name)]);

    /// <summary>A version of a name by its number, live or kept; null when there is none. Of two with one number the one that was live last.</summary>
    public StoredVersion? FindVersion(ObjectName name, ulong number) => ListVersions(name).FirstOrDefault(version => version.Number == number);

    /// <summary>
    /// Removes objects from the list, and keeps them as long as <see cref="Retention"/> says; where that keeps nothing, as <see cref="RemoveAsync"/>. Then
    /// leaves the new catalog with the providers.
    /// </summary>
    /// <returns>As of <see cref="RemoveAsync"/>.</returns>
    public async Task<IReadOnlyList<(Core.Primitives.AgreementId Agreement, string Reason)>?> SetAsideAsync(
        IReadOnlyCollection<ObjectName> names, CancellationToken cancellationToken)
    {
        if (Retention.IsNone)
            return await RemoveAsync(names, cancellationToken);
        await BeginAsync(cancellationToken);
        var found = catalog.Write(change =>
        {
            var live = names.Select(name => change.FindLive(name)).OfType<StoredVersion>().ToList();
            live.ForEach(version => change.Keep(version.Id, keeping.GetUtcNow()));
            change.PruneExpired(keeping);
            return live.Count;
        });
        return found == 0 ? null : await PublishAndClearAsync(cancellationToken);
    }

    /// <summary>
    /// Makes kept versions the live ones of their names again, and keeps those that are live now in their place. Nothing is stored or moved for it. Then leaves
    /// the new catalog with the providers.
    /// </summary>
    /// <param name="wanted">Each a name, and the number of its version; null for the one that was live last.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The versions as they are now; without those that are not kept.</returns>
    public async Task<IReadOnlyList<StoredVersion>> RestoreAsync(IReadOnlyCollection<(ObjectName Name, ulong? Number)> wanted, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var restored = catalog.Write(change =>
        {
            var versions = new List<StoredVersion>();
            foreach (var (name, number) in wanted)
            {
                if (change.ListKept(name).FirstOrDefault(version => number is null || version.Number == number) is not { } kept)
                    continue;
                change.Restore(kept, keeping.GetUtcNow());
                versions.Add(change.FindLive(name)!);
            }
            return versions;
        });
        if (restored.Count > 0)
            await PublishAsync(cancellationToken);
        return restored;
    }

    /// <summary>Frees the space of kept versions.</summary>
    /// <param name="which">Those that go; null for what is older, or more, than <see cref="Retention"/> says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many went, and the agreements that still hold some of them, and why.</returns>
    public async Task<(int Versions, IReadOnlyList<(Core.Primitives.AgreementId Agreement, string Reason)> Left)> PruneAsync(
        Func<StoredVersion, bool>? which, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var pruned = catalog.Write(change =>
        {
            var wanted = change.ListExpired(keeping).Concat(which is null ? [] : change.ListKept().Where(which)).Select(version => version.Id).ToHashSet();
            foreach (var version in wanted)
                change.Delete(version);
            return wanted.Count;
        });
        return (pruned, pruned == 0 ? [] : await PublishAndClearAsync(cancellationToken));
    }

    /// <summary>Sets how long versions are kept, then leaves the new catalog with the providers; what is beyond it is pruned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are not within their bounds.</exception>
    public async Task SetRetentionAsync(Retention retention, CancellationToken cancellationToken)
    {
        if (!retention.IsValid)
            throw new ArgumentOutOfRangeException(nameof(retention), retention, $"0 to {Retention.MostDays} days, and 0 to {Retention.MostVersions} versions.");
        await BeginAsync(cancellationToken);
        catalog.Write(change =>
        {
            change.SetRetention(retention);
            foreach (var version in change.ListExpired(keeping))
                change.Delete(version.Id);
        });
        await PublishAndClearAsync(cancellationToken);
    }

    /// <summary>What an object is called beside its name.</summary>
    public TagSet GetTags(ObjectName name) => catalog.Read(read => read.GetTags(name));

    /// <summary>Whatever was ever tagged, by name; some of it may be gone.</summary>
    public IReadOnlyList<TaggedName> ListTagged() => catalog.Read(read => read.ListTagged());

    /// <summary>
    /// Changes what objects are called beside their names, all or none, then leaves the new catalog with the providers.
    /// </summary>
    /// <param name="names">The objects; those that are not there are left out.</param>
    /// <param name="change">From an object's tags to those that it gets; null refuses all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many were there; null where it was refused.</returns>
    public async Task<int?> SetTagsAsync(IReadOnlyCollection<ObjectName> names, Func<ObjectName, TagSet, TagSet?> change, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var found = catalog.Write<int?>(catalog =>
        {
            var tagged = new List<TaggedName>();
            foreach (var name in names.Where(name => catalog.FindLive(name) is not null))
            {
                if (change(name, catalog.GetTags(name)) is not { } tags)
                    return null;
                tagged.Add(new TaggedName(name, tags, time.GetUtcNow()));
            }
            tagged.ForEach(catalog.SetTags);
            return tagged.Count;
        });
        if (found > 0)
            await PublishAsync(cancellationToken);
        return found;
    }

    int PruneExpired() => catalog.Write(change => change.PruneExpired(keeping));

    async Task<IReadOnlyList<(Core.Primitives.AgreementId Agreement, string Reason)>> PublishAndClearAsync(CancellationToken cancellationToken)
    {
        await PublishAsync(cancellationToken);
        var left = await garbage.RunAsync(cancellationToken);
        // Where nothing was free for the new catalog there may be now.
        if (LastPublication is { IsSafe: false })
            await PublishAsync(cancellationToken);
        return left;
    }
}
