using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;

namespace Marketplace.Client.Revisions;

/// <summary>
/// Finishes what an earlier run began: settles pending revisions, completes uploads of which everything is countersigned, and gives up the
/// others.
/// Run before anything is changed, under the writer lock.
/// </summary>
public sealed class Reconciler(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, RevisionSettler settler, IVersionKeys keys, TimeProvider time)
{
    /// <summary>Reconciles with every provider that can be reached; the rest waits for the next run.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(catalog.Read(read => read.ListPending()).Select(pending => SettleAsync(pending, cancellationToken)));
        foreach (var version in catalog.Read(read => read.ListCommitting()))
            catalog.Write(change => Close(change, version));
    }

    async Task SettleAsync(PendingRevision pending, CancellationToken cancellationToken)
    {
        var provider = catalog.Read(read => read.FindAgreement(pending.Revision.Agreement))!.Provider;
        if (await market.FindProviderAsync(provider, cancellationToken) is { } profile)
            await settler.SettleAsync(transport.Open(profile.Endpoint, pending.Revision.Agreement), pending, cancellationToken);
    }

    void Close(CatalogTransaction change, StoredVersion version)
    {
        var (countersigned, pending) = change.CountFragments(version.Id);
        using var opened = keys.Open(version);
        var expected = opened is null ? long.MaxValue : (long)opened.Manifest.Layout.Segments * opened.Manifest.Layout.Fragments;
        if (countersigned == expected)
            change.MakeLive(version, time.GetUtcNow());
        else if (countersigned + pending < expected)
            change.Delete(version.Id);
        // Otherwise a provider that cannot be reached now decides, in a later run.
    }
}
