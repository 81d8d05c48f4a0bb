using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Reading;
using Marketplace.Client.Revisions;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Tests.Network;

/// <summary>A consumer's whole client over a network in memory. Small segments, so that small content has several.</summary>
sealed class Consumer : IDisposable
{
    readonly TemporaryDirectory directory = new();

    public Consumer(FakeNetwork network)
    {
        Network = network;
        Catalog = CatalogDatabase.Open(directory["catalog.db"]);
        Catalog.Write(change =>
        {
            foreach (var provider in network.Providers)
                change.SaveTerms(provider.Agreement, provider.Provider.Provider, provider.Space, new Epoch(100));
        });
        Settler = new RevisionSettler(Catalog, FakeNetwork.Domain, FakeNetwork.DataKey.Address, TimeProvider.System);
        Reconciler = new Reconciler(Catalog, network, network, Settler, Keys, TimeProvider.System);
        Account = new ReadingAccount(Catalog, network, FakeNetwork.Domain, FakeNetwork.DataKey);
        Garbage = new GarbageCollector(Catalog, network, network, Settler, FakeNetwork.Domain, FakeNetwork.DataKey);
    }

    public FakeNetwork Network { get; }
    public string CatalogPath => directory["catalog.db"];
    public CatalogDatabase Catalog { get; }
    public RevisionSettler Settler { get; }
    public Reconciler Reconciler { get; }
    public GarbageCollector Garbage { get; }
    public ReadingAccount Account { get; }
    public IVersionKeys Keys { get; } = new VaultVersionKeys(TestVault.Keys, FakeNetwork.Domain);
    public UploadOptions Options { get; init; } = Usual;

    public static UploadOptions Usual { get; } = new()
    {
        Coding = CodingScheme.Small, SegmentSize = 128 << 10, SlowAfter = TimeSpan.FromSeconds(3), OutagePatience = TimeSpan.Zero,
    };

    public DownloadOptions Reading { get; init; } = new() { HedgeAfter = TimeSpan.FromMilliseconds(100) };

    public static ObjectName Name(string text)
    {
        Assert.True(ObjectName.TryCreate(text, out var name, out _));
        return name;
    }

    public static byte[] Content(int size, byte seed = 0)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
            bytes[i] = (byte)(i * 7 + i / 251 + seed);
        return bytes;
    }

    public Task<UploadResult> Put(string name, byte[] content, CancellationToken cancellationToken = default) =>
        Put(name, new MemoryUploadSource(content), cancellationToken);

    public Task<UploadResult> Put(string name, IUploadSource source, CancellationToken cancellationToken = default) =>
        new UploadService(Catalog, Network, Network, Settler, Keys, Options, TimeProvider.System).PutAsync(
            Name(name), false, source, null, cancellationToken);

    public async Task<(DownloadResult Result, byte[] Bytes)> Get(string name, long offset = 0, long count = long.MaxValue)
    {
        var version = Catalog.Read(read => read.FindLive(Name(name)));
        Assert.NotNull(version);
        using var reader = await new DownloadService(Network, Network, Keys, Reading, Account, TimeProvider.System).OpenAsync(version, default);
        Assert.NotNull(reader);
        var destination = new MemoryStream();
        var result = await reader.CopyRangeToAsync(offset, count, destination, null, default);
        Assert.Equal(destination.Length, result.Bytes);
        return (result, destination.ToArray());
    }

    public ObjectManifest Manifest(string name) => Keys.Open(Catalog.Read(read => read.FindLive(Name(name)))!)!.Manifest;

    public string[] Listed() => [.. Catalog.Read(read => read.ListLive()).Select(version => version.Name.Value)];

    public void Dispose()
    {
        Catalog.Dispose();
        directory.Dispose();
    }
}
