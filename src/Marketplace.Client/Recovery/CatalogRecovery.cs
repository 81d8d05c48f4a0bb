using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Recovery;

/// <summary>How recovery ended.</summary>
public abstract record RecoveryResult
{
    RecoveryResult()
    {
    }

    /// <summary>The catalog is back.</summary>
    /// <param name="Objects">Objects in it.</param>
    /// <param name="Agreements">Agreements found on chain.</param>
    /// <param name="Problems">Providers whose contents could not be read; their slots are read when they are back.</param>
    public sealed record Recovered(int Objects, int Agreements, IReadOnlyList<string> Problems) : RecoveryResult;

    /// <summary>There is nothing to recover, or it cannot be reached now.</summary>
    /// <param name="Message">For people.</param>
    public sealed record NotFound(string Message) : RecoveryResult;
}

/// <summary>Rebuilds an empty catalog from the vault key and the chain alone (docs/protocol.md, section 7).</summary>
sealed class CatalogRecovery(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, IVersionKeys versions, VaultKeys keys, MarketDomain domain,
    DownloadOptions downloads, TimeProvider time)
{
    sealed record Holder(MarketAgreement Agreement, IAgreementChannel? Channel);

    readonly Address dataKey = keys.DataKey.Address;

    public async Task<RecoveryResult> RunAsync(CancellationToken cancellationToken)
    {
        if (catalog.Read(read => read.ListLive().Count > 0 || read.ListCommitting().Count > 0))
            return new RecoveryResult.NotFound("The catalog on this machine is not empty; recovery needs an empty one.");
        var holders = await FindHoldersAsync(cancellationToken);
        if (holders.Count == 0)
            return new RecoveryResult.NotFound("No agreement on this market is for this vault: other words, or another market.");
        var records = await Task.WhenAll(holders.Select(holder => ReadRecordAsync(holder, cancellationToken)));
        var candidates = records.OfType<CatalogRecord>(
            ).DistinctBy(record => record.Sequence).OrderByDescending(record => record.Sequence).ToList();
        foreach (var record in candidates)
        {
            if (await OpenAsync(record, cancellationToken) is not ({ } snapshot, { } entries))
                continue;
            catalog.Write(change => Restore(change, record.Sequence, snapshot, entries, holders));
            var problems = await Task.WhenAll(holders.Select(holder => RestoreSlotsAsync(holder, cancellationToken)));
            return new RecoveryResult.Recovered(entries.Count, holders.Count, [.. problems.OfType<string>()]);
        }
        return new RecoveryResult.NotFound(candidates.Count == 0
            ? $"None of the {holders.Count} providers that could be asked has a catalog of this vault."
            : "A catalog was found, but too few of the providers that hold it answer now; try again later.");
    }

    async Task<List<Holder>> FindHoldersAsync(CancellationToken cancellationToken)
    {
        var ids = await market.FindAgreementsAsync(dataKey, cancellationToken);
        var holders = await Task.WhenAll(ids.Select(async id =>
        {
            if (await market.FindAgreementAsync(id, cancellationToken) is not { IsBinding: true } agreement || agreement.DataKey != dataKey)
                return null;
            var profile = await market.FindProviderAsync(agreement.Provider, cancellationToken);
            return new Holder(agreement, profile is null ? null : transport.Open(profile.Endpoint, id));
        }));
        return [.. holders.OfType<Holder>()];
    }

    async Task<CatalogRecord?> ReadRecordAsync(Holder holder, CancellationToken cancellationToken) =>
        holder.Channel is { } channel && (await channel.GetRecordAsync(cancellationToken)).TryGet(out var record, out _)
        && record.IsSignedBy(domain, channel.Agreement, dataKey)
            ? record
            : null;

    /// <summary>The snapshot that a record points to, and what is in it.</summary>
    async Task<(StoredVersion? Snapshot, IReadOnlyList<SnapshotEntry>? Entries)> OpenAsync(
        CatalogRecord record, CancellationToken cancellationToken)
    {
        if (RecordSeal.TryOpen(keys, record.Sequence, record.Payload.Span) is not { } bytes || ManifestCodec.TryRead(bytes, dataKey) is not { } manifest)
            return default;
        var snapshot = new StoredVersion(
            default, CatalogPublisher.SnapshotName, manifest.Number, VersionState.Live, IsHidden: true, manifest.Layout.Size,
                time.GetUtcNow(), bytes);
        using var reader = await new DownloadService(market, transport, versions, downloads, time).OpenAsync(snapshot, cancellationToken);
        if (reader is null)
            return default;
        var content = new MemoryStream();
        return await reader.CopyToAsync(content, null, cancellationToken) is DownloadResult.Complete
            ? (snapshot, SnapshotCodec.TryRead(content.ToArray())) : default;
    }

    static void Restore(
        CatalogTransaction change, ulong sequence, StoredVersion snapshot, IReadOnlyList<SnapshotEntry> entries,
            IReadOnlyList<Holder> holders)
    {
        change.SetProperty(CatalogPublisher.SequenceProperty, sequence.ToString(CultureInfo.InvariantCulture));
        foreach (var holder in holders)
            change.SaveTerms(holder.Agreement.Id, holder.Agreement.Provider, holder.Agreement.Space, holder.Agreement.End);
        change.AddLive(snapshot.Name, hidden: true, snapshot.Number, snapshot.Size, snapshot.Created, snapshot.Manifest);
        foreach (var entry in entries)
            change.AddLive(entry.Name, hidden: false, entry.Number, entry.Size, entry.Created, entry.Manifest);
    }

    /// <summary>Reads what lies in an agreement; what no manifest names is garbage. Answers with the problem, if there is one.</summary>
    async Task<string?> RestoreSlotsAsync(Holder holder, CancellationToken cancellationToken)
    {
        if (holder.Channel is not { } channel)
            return $"{holder.Agreement.Provider} is not registered.";
        var answer = await new AgreementReader(domain, dataKey).ReadAsync(channel, holder.Agreement.Space, cancellationToken);
        if (!answer.TryGet(out var contents, out var failure))
            return $"{holder.Agreement.Provider}: {failure}";
        if (contents.Signed is { } signed)
            catalog.Write(change => RestoreSlots(change, signed, contents));
        return null;
    }

    void RestoreSlots(CatalogTransaction change, CountersignedRevision signed, AgreementContents contents)
    {
        var agreement = signed.Revision.Agreement;
        var owners = new Dictionary<Hash256, VersionId>();
        foreach (
            var version in change.ListLive().Append(change.FindLive(CatalogPublisher.SnapshotName, hidden: true)).OfType<StoredVersion>())
        {
            if (ManifestCodec.TryRead(version.Manifest, dataKey) is not { } manifest)
                continue;
            for (var index = 0; index < manifest.Placements.Count; index++)
                if (manifest.Placements[index].Agreement == agreement)
                    foreach (var segment in manifest.Roots)
                        owners[segment[index]] = version.Id;
        }
        change.EmptyAllSlots(agreement);
        foreach (var slot in contents.Slots)
            change.FillSlot(
                agreement, new StoredSlot(slot.Slot, slot.Root, slot.Leaves, owners.TryGetValue(slot.Root, out var owner) ? owner : null));
        change.SaveRevision(signed);
    }
}
