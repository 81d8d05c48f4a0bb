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
/// <param name="Catalogs">
/// Those that could be read: all of the newest sequence, and when there are none, the newest older one. More than one only where two copies of the
/// catalog published at the same time.
/// </param>
/// <param name="Partial">The newest of which only some pages could be read, where none could be read whole.</param>
sealed record FoundCatalogs(bool HasNews, ulong Newest, IReadOnlyList<PublishedCatalog> Catalogs, IReadOnlyList<PublishedCatalog> Partial)
{
    /// <summary>What there is to go by where the newest cannot be read.</summary>
    public IReadOnlyList<PublishedCatalog> Best => Catalogs.Count > 0 ? Catalogs : Partial;

    /// <summary>Whether the newest could be read.</summary>
    public bool IsNewest => Catalogs.Count > 0 && Catalogs[0].Sequence == Newest;
}

/// <summary>Finds the catalog that the network holds (docs/protocol.md, section 7).</summary>
sealed class RecordSearch(DownloadService downloads, VaultKeys keys, MarketDomain domain, TimeProvider time)
{
    /// <summary>Pages of a large catalog that are read beside each other.</summary>
    const int PartsAtOnce = 4;

    readonly Address dataKey = keys.DataKey.Address;

    /// <summary>Asks all agreements' providers for the record, and reads what the newest point to.</summary>
    /// <param name="channels">To the providers.</param>
    /// <param name="isKnown">Whether a record of this number and manifest was written or taken in before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FoundCatalogs> FindAsync(
        IEnumerable<IAgreementChannel> channels, Func<ulong, byte[], bool> isKnown, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(channels.Select(channel => ReadRecordAsync(channel, cancellationToken)));
        var found = answers.OfType<CatalogRecord>().Select(record => (record.Sequence, Manifest: RecordSeal.TryOpen(keys, record.Sequence, record.Payload.Span))).ToList();
        var news = found.Where(record => record.Manifest is null || !isKnown(record.Sequence, record.Manifest)).ToList();
        var records = (news.Count > 0 ? news : found).GroupBy(record => record.Sequence).OrderByDescending(group => group.Key).ToList();
        IReadOnlyList<PublishedCatalog> partial = [];
        foreach (var sameSequence in records)
        {
            var manifests = sameSequence.Select(record => record.Manifest).OfType<byte[]>().DistinctBy(Convert.ToHexString).ToList();
            var opened = await Task.WhenAll(manifests.Select(manifest => OpenAsync(sameSequence.Key, manifest, cancellationToken)));
            if (opened.Length == 0 || opened.Contains(null))
                continue;
            // Where two catalogs share a sequence, one that cannot be read may hold what the other does not.
            if (opened.All(catalog => catalog!.MissingPages == 0))
                return new FoundCatalogs(news.Count > 0, records[0].Key, [.. opened.OfType<PublishedCatalog>()], []);
            if (partial.Count == 0 && opened.All(catalog => catalog!.Parts.Count > 0))
                partial = [.. opened.OfType<PublishedCatalog>()];
        }
        return new FoundCatalogs(news.Count > 0, records.Count == 0 ? 0 : records[0].Key, [], partial);
    }

    async Task<CatalogRecord?> ReadRecordAsync(IAgreementChannel channel, CancellationToken cancellationToken) =>
        (await channel.GetRecordAsync(cancellationToken)).TryGet(out var record, out _) && record.IsSignedBy(domain, channel.Agreement, dataKey)
            ? record
            : null;

    /// <summary>Null when too few of its fragments can be read now, or it is not what this program writes.</summary>
    async Task<PublishedCatalog?> OpenAsync(ulong sequence, byte[] bytes, CancellationToken cancellationToken)
    {
        if (Hidden(CatalogPublisher.SnapshotName, bytes) is not { } snapshot || await ReadAsync(snapshot, cancellationToken) is not { } contents)
            return null;
        var parts = contents.Parts.Select(part => Hidden(part.Name, part.Manifest)).ToList();
        var pages = new SnapshotContents?[parts.Count];
        await Parallel.ForAsync(0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken }, async (i, ended) =>
            pages[i] = parts[i] is { } part ? await ReadAsync(part, ended) : null);
        return new PublishedCatalog(
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
