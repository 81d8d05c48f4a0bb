using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Recovery;

/// <summary>A catalog that a record of the network points to, read whole.</summary>
/// <param name="Sequence">The record's.</param>
/// <param name="Snapshot">The hidden object that it was in.</param>
/// <param name="Parts">Hidden objects with pages of a large one.</param>
/// <param name="Contents">What is in it, the pages' rows among it.</param>
sealed record PublishedCatalog(ulong Sequence, StoredVersion Snapshot, IReadOnlyList<StoredVersion> Parts, SnapshotContents Contents)
{
    /// <summary>Pages that could not be read.</summary>
    public int MissingPages => Contents.Parts.Count - Parts.Count;
}

/// <summary>What the providers' records came to.</summary>
/// <param name="HasNews">Whether any record is of another machine, and was not taken in yet. If so, only such records were looked at.</param>
/// <param name="Newest">The highest sequence that any of the records has; 0 when there is none.</param>
/// <param name="Catalogs">Those that could be read, wholly or in part, by their sequence.</param>
/// <param name="Unread">Records of which that is not so, or not of all their pages.</param>
sealed record FoundCatalogs(
    bool HasNews, ulong Newest, IReadOnlyList<PublishedCatalog> Catalogs, IReadOnlyList<(ulong Sequence, byte[] Manifest)> Unread)
{
    /// <summary>Whether the newest could be read; where two catalogs share its sequence, both, since each may hold what the other does not.</summary>
    public bool IsNewest => Catalogs.Any(catalog => catalog.Sequence == Newest) && Unread.All(record => record.Sequence != Newest);
}

/// <summary>Finds the catalog that the network holds (docs/protocol.md, section 7).</summary>
sealed class RecordSearch(DownloadService downloads, VaultKeys keys, MarketDomain domain, TimeProvider time)
{
    /// <summary>Pages of a large catalog that are read beside each other.</summary>
    const int PartsAtOnce = 4;

    readonly Address dataKey = keys.DataKey.Address;

    /// <summary>Asks all agreements' providers for the record, and reads what they point to.</summary>
    /// <param name="channels">To the providers.</param>
    /// <param name="isKnown">Whether a record of this number and manifest was written or taken in before.</param>
    /// <param name="all">Whether all that is not known is read, for a catalog that has to follow each of them; else what is as new as the newest that can be read whole.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FoundCatalogs> FindAsync(
        IEnumerable<IAgreementChannel> channels, Func<ulong, byte[], bool> isKnown, bool all, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(channels.Select(channel => ReadRecordAsync(channel, cancellationToken)));
        // A record that does not open is one that cannot be read.
        var found = answers.OfType<CatalogRecord>()
            .Select(record => (record.Sequence, Manifest: RecordSeal.TryOpen(keys, record.Sequence, record.Payload.Span) ?? []))
            .DistinctBy(record => (record.Sequence, Convert.ToHexString(record.Manifest))).ToList();
        var news = found.Where(record => !isKnown(record.Sequence, record.Manifest)).ToList();
        var (catalogs, unread) = (new List<PublishedCatalog>(), new List<(ulong, byte[])>());
        foreach (var sameSequence in (news.Count > 0 ? news : found).GroupBy(record => record.Sequence).OrderByDescending(group => group.Key))
        {
            var (read, left) = await ReadAsync([.. sameSequence], cancellationToken);
            catalogs.InsertRange(0, read);
            unread.AddRange(left);
            if (left.Count == 0 && !(all && news.Count > 0))
                break;
        }
        return new FoundCatalogs(news.Count > 0, (news.Count > 0 ? news : found).Select(record => record.Sequence).DefaultIfEmpty().Max(), catalogs, unread);
    }

    /// <summary>Reads the catalogs that records point to.</summary>
    /// <returns>Those that could be read, wholly or in part; and the records of which that is not so, or not of all their pages.</returns>
    public async Task<(IReadOnlyList<PublishedCatalog> Read, IReadOnlyList<(ulong Sequence, byte[] Manifest)> Left)> ReadAsync(
        IReadOnlyList<(ulong Sequence, byte[] Manifest)> records, CancellationToken cancellationToken)
    {
        var opened = await Task.WhenAll(records.Select(record => OpenAsync(record.Sequence, record.Manifest, cancellationToken)));
        return ([.. opened.OfType<PublishedCatalog>()], [.. records.Zip(opened).Where(row => row.Second is not { MissingPages: 0 }).Select(row => row.First)]);
    }

    async Task<CatalogRecord?> ReadRecordAsync(IAgreementChannel channel, CancellationToken cancellationToken) =>
        (await channel.GetRecordAsync(cancellationToken)).TryGet(out var record, out _) && record.IsSignedBy(domain, channel.Agreement, dataKey)
            ? record
            : null;

    /// <summary>Null when too few of its fragments can be read now, or of any of its pages, or it is not what this program writes.</summary>
    async Task<PublishedCatalog?> OpenAsync(ulong sequence, byte[] bytes, CancellationToken cancellationToken)
    {
        if (Hidden(CatalogPublisher.SnapshotName, bytes) is not { } snapshot || await ReadAsync(snapshot, cancellationToken) is not { } contents)
            return null;
        var parts = contents.Parts.Select(part => Hidden(part.Name, part.Manifest)).ToList();
        var pages = new SnapshotContents?[parts.Count];
        await Parallel.ForAsync(0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken }, async (i, ended) =>
            pages[i] = parts[i] is { } part ? await ReadAsync(part, ended) : null);
        return parts.Count > 0 && pages.All(page => page is null) ? null : new PublishedCatalog(
            sequence, snapshot, [.. parts.Zip(pages).Where(row => row.Second is not null).Select(row => row.First!)], contents.With([.. pages.OfType<SnapshotContents>()]));
    }

    StoredVersion? Hidden(ObjectName name, byte[] bytes) => ManifestCodec.TryRead(bytes, dataKey) is not { } manifest ? null
        : new StoredVersion(default, name, manifest.Number, VersionState.Live, IsHidden: true, manifest.Layout.Size, time.GetUtcNow(), bytes);

    async Task<SnapshotContents?> ReadAsync(StoredVersion stored, CancellationToken cancellationToken)
    {
        using var reader = await downloads.OpenAsync(stored, cancellationToken);
        if (reader is null)
            return null;
        var content = new MemoryStream();
        return await reader.CopyToAsync(content, null, cancellationToken) is DownloadResult.Complete ? SnapshotCodec.TryRead(content.ToArray()) : null;
    }
}
