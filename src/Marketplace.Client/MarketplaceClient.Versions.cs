using Marketplace.Client.Catalog;

namespace Marketplace.Client;

/// <summary>Earlier versions, removed objects, and tags.</summary>
public sealed partial class MarketplaceClient
{
    /// <summary>How long earlier versions, and objects that were removed, are kept for restoring.</summary>
    public Retention Retention => catalog.Read(read => read.GetRetention());

    /// <summary>What is kept for restoring, and the space that it occupies.</summary>
    public KeptSpace KeptSpace => catalog.Read(read => read.CountKept());

    /// <summary>What is kept of a name, and the space that it occupies.</summary>
    public KeptSpace FindKeptSpace(ObjectName name) => catalog.Read(read => read.CountKept(name));

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
    /// Removes an object from the list, and keeps it as long as <see cref="Retention"/> says; where that keeps nothing, as <see cref="RemoveAsync"/>. Then
    /// leaves the new catalog with the providers.
    /// </summary>
    /// <returns>As of <see cref="RemoveAsync"/>.</returns>
    public async Task<IReadOnlyList<(Core.Primitives.AgreementId Agreement, string Reason)>?> SetAsideAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Retention.IsNone)
            return await RemoveAsync(name, cancellationToken);
        await BeginAsync(cancellationToken);
        var isFound = catalog.Write(change =>
        {
            var version = change.FindLive(name);
            if (version is not null)
                change.Keep(version.Id, keeping.GetUtcNow());
            change.PruneExpired(keeping);
            return version is not null;
        });
        if (!isFound)
            return null;
        return await PublishAndClearAsync(cancellationToken);
    }

    /// <summary>
    /// Makes a kept version the live one of its name again, and keeps the one that is live now in its place. Nothing is stored or moved for it. Then leaves
    /// the new catalog with the providers.
    /// </summary>
    /// <returns>The version as it is now; null when none of this number is kept.</returns>
    public async Task<StoredVersion?> RestoreAsync(ObjectName name, ulong number, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var restored = catalog.Write(change =>
        {
            var kept = change.ListKept(name).FirstOrDefault(version => version.Number == number);
            if (kept is null)
                return null;
            change.Restore(kept, keeping.GetUtcNow());
            return change.FindLive(name);
        });
        if (restored is not null)
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

    /// <summary>Sets what an object is called beside its name, then leaves the new catalog with the providers. False when there is no such object.</summary>
    public async Task<bool> SetTagsAsync(ObjectName name, TagSet tags, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var isFound = catalog.Write(change =>
        {
            if (change.FindLive(name) is null)
                return false;
            change.SetTags(new TaggedName(name, tags, time.GetUtcNow()));
            return true;
        });
        if (isFound)
            await PublishAsync(cancellationToken);
        return isFound;
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
