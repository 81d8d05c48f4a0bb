using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Recovery;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Tests.Network;

/// <summary>The client as it is composed, over a network in memory.</summary>
static class WholeClient
{
    static readonly MarketplaceClientOptions Options = new()
    {
        Uploads = new UploadOptions { Coding = CodingScheme.Small, SegmentSize = 128 << 10, OutagePatience = TimeSpan.Zero },
        Downloads = new DownloadOptions { HedgeAfter = TimeSpan.FromMilliseconds(100) },
    };

    /// <summary>Opens a client that keeps no earlier versions, unless it is told for how long, and publishes in pages what has more than a few objects.</summary>
    public static MarketplaceClient Open(
        FakeNetwork network, string path, bool isNew = false, VaultKeys? keys = null, Retention? retention = null, TimeProvider? time = null,
        int? segmentSize = null, int pageNames = 2)
    {
        network.Time = time ?? network.Time;
        var catalog = CatalogDatabase.Open(path);
        // What is kept where nothing is said has to be what is said nowhere.
        if (retention != Retention.Default)
            catalog.Write(change => change.SetRetention(retention ?? Retention.None));
        if (isNew)
            catalog.Write(change =>
            {
                foreach (var provider in network.Providers)
                    change.SaveTerms(provider.Agreement, provider.Provider.Provider, provider.Space, new Epoch(100));
            });
        return new MarketplaceClient(FakeNetwork.Domain, network, network, keys ?? TestVault.Keys, catalog, Options with
        {
            CatalogPageNames = pageNames,
            Uploads = Options.Uploads with { SegmentSize = segmentSize ?? Options.Uploads.SegmentSize },
        }, time ?? TimeProvider.System);
    }

    public static async Task Put(MarketplaceClient client, string name, byte[] content)
    {
        await PutUnpublished(client, name, content);
        Assert.Null(client.LastPublication!.Problem);
    }

    /// <summary>Stores something; what becomes of the catalog's copy does not matter.</summary>
    public static async Task PutUnpublished(MarketplaceClient client, string name, byte[] content) =>
        Assert.IsType<UploadResult.Stored>(await client.PutAsync(Consumer.Name(name), new MemoryUploadSource(content), null, default));

    public static async Task<RecoveryResult.Recovered> Recover(MarketplaceClient client, RecoveryOptions? options = null) =>
        Assert.IsType<RecoveryResult.Recovered>(await client.RecoverAsync(options ?? new RecoveryOptions(), default));

    public static string[] Names(MarketplaceClient client) => [.. client.List().Select(version => version.Name.Value)];

    public static async Task<byte[]> Get(MarketplaceClient client, string name)
    {
        using var reader = await client.OpenAsync(client.Find(Consumer.Name(name))!, default);
        var content = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await reader!.CopyToAsync(content, null, default));
        return content.ToArray();
    }
}
