using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Reading;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;

namespace Marketplace.Client.Downloads;

/// <summary>Opens stored versions for reading.</summary>
sealed class DownloadService(
    IMarketView market, IProviderTransport transport, IVersionKeys keys, DownloadOptions options, ReadingAccount account, TimeProvider time)
{
    /// <summary>Opens a version; null when its manifest is damaged or not this vault's.</summary>
    public async Task<ObjectReader?> OpenAsync(StoredVersion version, CancellationToken cancellationToken)
    {
        if (keys.Open(version) is not { } opened)
            return null;
        try
        {
            var channels = await Task.WhenAll(opened.Manifest.Placements.Select(placement => OpenAsync(placement, cancellationToken)));
            return new ObjectReader(opened, new DownloadSources(channels), options, account, time);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    async Task<IAgreementChannel?> OpenAsync(Placement placement, CancellationToken cancellationToken) =>
        await market.FindProviderAsync(placement.Provider, cancellationToken) is { } profile
            ? transport.Open(profile.Endpoint, placement.Agreement) : null;
}
