using Marketplace.Client.Downloads;
using Marketplace.Client.Transport;
using Marketplace.Client.Uploads;

namespace Marketplace.Client;

/// <summary>All that can be set about the client; each part states its units, defaults and bounds.</summary>
public sealed record MarketplaceClientOptions
{
    /// <summary>How long providers may take.</summary>
    public TransportOptions Transport { get; init; } = new();

    /// <summary>How content is stored.</summary>
    public UploadOptions Uploads { get; init; } = new();

    /// <summary>How content is read.</summary>
    public DownloadOptions Downloads { get; init; } = new();

    /// <summary>Names to a page of a large catalog's copy with the providers, on average.</summary>
    internal int CatalogPageNames { get; init; } = Recovery.CatalogPage.MeanNames;
}
