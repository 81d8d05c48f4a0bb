using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Keys;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Recovery;

/// <summary>What became of the catalog's copy in the network.</summary>
/// <param name="Problem">Why the newest catalog is not safe there; null when it is.</param>
/// <param name="Records">Providers that keep the record now.</param>
/// <param name="Agreements">Those that were asked.</param>
public sealed record PublishResult(string? Problem, int Records, int Agreements)
{
    /// <summary>Whether the 24 words and a chain endpoint are enough to find everything again, as long as any k of the copy's providers live.</summary>
    public bool IsSafe => Problem is null;

    /// <summary>Whether what is kept for restoring takes the room that it needs.</summary>
    public bool IsKeptInTheWay { get; init; }
}

/// <summary>
/// Leaves the catalog with the providers (docs/protocol.md, section 7): as a hidden object, and a small signed record at each of them that
/// points to it.
/// </summary>
sealed class CatalogPublisher(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, UploadService uploads, PartStore pages, VaultKeys keys, MarketDomain domain,
    BoundProviders providers, long mostBytes = SnapshotCodec.MaxWritten)
{
    const string TooLarge =
        "the catalog has grown beyond what a copy of it may measure, which is enough for about a million objects; "
        + "keep fewer earlier versions, or move objects into another vault";

    /// <summary>The hidden object's name; hidden names live beside the user's, so that any name is free to use.</summary>
    internal static readonly ObjectName SnapshotName =
        ObjectName.TryCreate("catalog", out var name, out _) ? name : throw new InvalidOperationException("The name is impossible.");

    const string IsBehind = "another machine with this vault has published a newer catalog; `recover` brings the two together";

    /// <summary>Publishes the catalog as it is now. Nothing is lost when it fails: the next change publishes all.</summary>
    public async Task<PublishResult> PublishAsync(CancellationToken cancellationToken)
    {
        var epoch = await market.GetEpochAsync(cancellationToken);
        var agreements = catalog.Read(read => read.ListAgreements()).Where(agreement => agreement.End > epoch).ToList();
        // Before anything is stored: what another machine has published since may rely on other pages than this one.
        if ((await providers.WhereAsync(agreements, HasUnknownAsync, cancellationToken)).Count > 0)
            return new PublishResult(IsBehind, 0, agreements.Count);
        var (stored, refusal) = await pages.StoreAsync(mostBytes, cancellationToken);
        if (refusal is not null)
            return Refused(refusal);
        if (stored is null || SnapshotCodec.TryWrite(catalog.Write(change => Complete(change, stored.Snapshot)), stored.Left) is not { } snapshot)
            return new PublishResult(TooLarge, 0, 0);
        using var source = new MemoryUploadSource(snapshot);
        if (await uploads.PutAsync(SnapshotName, isHidden: true, source, null, cancellationToken) is UploadResult.Refused refused)
            return Refused(refused.Refusal);
        var (sequence, bytes) = catalog.Write(change =>
        {
            var manifest = change.FindLive(SnapshotName, hidden: true)!.Manifest;
            return (KnownRecords.Begin(change, manifest), manifest);
        });
        var payload = RecordSeal.Seal(keys, sequence, bytes);
        if (payload.Length > CatalogRecord.MaxPayload)
            return new PublishResult("The catalog is too large for its record.", 0, agreements.Count);
        var answers = await Task.WhenAll(agreements.Select(agreement => PutAsync(agreement, sequence, payload, cancellationToken)));
        var kept = agreements.Zip(answers).Where(row => row.Second is null).Select(row => row.First.Id).ToHashSet();
        var problem = ProblemOf(ManifestCodec.TryRead(bytes, keys.DataKey.Address)!, kept, answers);
        if (problem is null)
        {
            catalog.Write(change => change.ReleaseReplaced());
            await RenewAsync(stored.Aged, cancellationToken);
        }
        return new PublishResult(problem, kept.Count, agreements.Count);
    }

    async Task RenewAsync(IReadOnlyList<(ObjectName? After, Hash256 Digest)> aged, CancellationToken cancellationToken)
    {
        try
        {
            await pages.RenewAsync(aged, cancellationToken);
        }
        catch (EthereumRpcException)
        {
            // The catalog is safe; the next publication tries again.
        }
    }

    static PublishResult Refused(UploadRefusal refusal) =>
        refusal.InTheWay is { } room
            ? new PublishResult($"{refusal.Message} {MarketplaceClient.AdviceOn(room)}", 0, 0) { IsKeptInTheWay = true } : new PublishResult(refusal.Message, 0, 0);

    static SnapshotContents Complete(CatalogTransaction change, SnapshotContents snapshot)
    {
        PartStore.ReplaceOthers(change, snapshot);
        return snapshot.Complete(change);
    }

    /// <summary>
    /// Any k of the snapshot's n providers give it back; so that any k of them know the way to it, too, n - k + 1 of them must keep the record.
    /// </summary>
    static string? ProblemOf(ObjectManifest snapshot, HashSet<AgreementId> kept, ProviderFailure?[] answers)
    {
        var needed = snapshot.Layout.Fragments - snapshot.Layout.DataFragments + 1;
        var records = snapshot.Placements.Count(placement => kept.Contains(placement.Agreement));
        if (records >= needed)
            return null;
        return answers.Any(answer => answer?.Code == RefusalCode.RecordConflict)
            ? IsBehind
            : string.Create(CultureInfo.InvariantCulture, $"{records} of {snapshot.Layout.Fragments} providers took the catalog's record, {needed} are needed");
    }

    /// <summary>Whether a provider has a record of this vault that this catalog neither wrote nor took into account.</summary>
    async Task<bool> HasUnknownAsync(RentedAgreement agreement, IAgreementChannel channel, CancellationToken cancellationToken) =>
        (await channel.GetRecordAsync(cancellationToken)).TryGet(out var record, out _)
        && record.IsSignedBy(domain, agreement.Id, keys.DataKey.Address)
        && RecordSeal.TryOpen(keys, record.Sequence, record.Payload.Span) is { } manifest
        && !catalog.Read(read => KnownRecords.Contain(read, record.Sequence, manifest));

    async Task<ProviderFailure?> PutAsync(RentedAgreement agreement, ulong sequence, byte[] payload, CancellationToken cancellationToken)
    {
        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return new ProviderFailure(FailureKind.Unreachable, "It is not registered.");
        var record = CatalogRecord.Sign(domain, agreement.Id, sequence, payload, keys.DataKey);
        return (await transport.Open(profile.Endpoint, agreement.Id).PutRecordAsync(record, cancellationToken)).Failure;
    }
}
