using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>Vaults on one network that keep what is replaced or removed, each machine with a catalog of its own.</summary>
public abstract class KeepingVaults : IDisposable
{
    private protected readonly TemporaryDirectory directory = new();
    private protected readonly FakeNetwork network = new(12);
    private protected readonly MovableTime time = new();

    public void Dispose()
    {
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected MarketplaceClient NewClient(string file = "1.db", bool isNew = true, int? segmentSize = null) =>
        Open(network, directory[file], isNew, retention: Retention.Default, time: time, segmentSize: segmentSize);

    private protected static TagSet Tags(params string[] tags) =>
        TagSet.TryCreate(tags, out var made, out _) ? made : throw new ArgumentException("No tags.", nameof(tags));

    private protected static async Task<(int, int)> Pruned(MarketplaceClient client)
    {
        var (versions, left) = await client.PruneAsync(_ => true, default);
        return (versions, left.Count);
    }

    private protected sealed class MovableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
