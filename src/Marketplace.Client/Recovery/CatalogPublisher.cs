using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Keys;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Client.Uploads;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Recovery;

/// <summary>What became of the catalog's copy in the network.</summary>
/// <param name="Problem">Why the newest catalog is not there; null when it is.</param>
/// <param name="Records">Providers that keep the record now.</param>
/// <param name="Agreements">Those that were asked.</param>
public sealed record PublishResult(string? Problem, int Records, int Agreements)
{
    /// <summary>Whether the 24 words and a chain endpoint are enough to find everything again.</summary>
    public bool IsSafe => Problem is null;
}

/// <summary>
/// Leaves the catalog with the providers (docs/protocol.md, section 7): as a hidden object, and a small signed record at each of them that
/// points to it.
/// </summary>
sealed class CatalogPublisher(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, UploadService uploads, VaultKeys keys, MarketDomain domain)
{
    internal const string SequenceProperty = "record-sequence";

    /// <summary>The hidden object's name; hidden names live beside the user's, so that any name is free to use.</summary>
    internal static readonly ObjectName SnapshotName =
        ObjectName.TryCreate("catalog", out var name, out _) ? name : throw new InvalidOperationException("The name is impossible.");

    /// <summary>Publishes the catalog as it is now. Nothing is lost when it fails: the next change publishes all.</summary>
    public async Task<PublishResult> PublishAsync(CancellationToken cancellationToken)
    {
        using var source = new MemoryUploadSource(SnapshotCodec.Write(catalog.Read(read => read.ListLive())));
        var stored = await uploads.PutAsync(SnapshotName, isHidden: true, source, null, cancellationToken);
        if (stored is UploadResult.Refused refused)
            return new PublishResult(refused.Refusal.Message, 0, 0);
        var (sequence, manifest, agreements) = catalog.Write(change =>
        {
            var next = SequenceOf(change) + 1;
            change.SetProperty(SequenceProperty, next.ToString(CultureInfo.InvariantCulture));
            return (next, change.FindLive(SnapshotName, hidden: true)!.Manifest, change.ListAgreements());
        });
        var payload = RecordSeal.Seal(keys, sequence, manifest);
        if (payload.Length > CatalogRecord.MaxPayload)
            return new PublishResult("The catalog is too large for its record.", 0, agreements.Count);
        var kept = await Task.WhenAll(agreements.Select(agreement => PutAsync(agreement, sequence, payload, cancellationToken)));
        var records = kept.Count(isKept => isKept);
        return new PublishResult(
            records == 0 && agreements.Count > 0 ? "No provider took the catalog's record." : null, records, agreements.Count);
    }

    internal static ulong SequenceOf(CatalogTransaction read) =>
        read.GetProperty(SequenceProperty) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : 0;

    async Task<bool> PutAsync(RentedAgreement agreement, ulong sequence, byte[] payload, CancellationToken cancellationToken)
    {
        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return false;
        var record = CatalogRecord.Sign(domain, agreement.Id, sequence, payload, keys.DataKey);
        return (await transport.Open(profile.Endpoint, agreement.Id).PutRecordAsync(record, cancellationToken)).Failure is null;
    }
}
