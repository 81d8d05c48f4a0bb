using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;

namespace Marketplace.Client.Tests.Uploads;

public sealed class ManyUploadsTests
{
    static readonly int[] Sizes = [0, 1, 1000, 4096, 4097, 65_536, 100_000, ManyUploads.MostBytes];

    static readonly Dictionary<string, byte[]> Small = Sizes.SelectMany(size => Enumerable.Range(0, 5).Select(number => (size, number)))
        .ToDictionary(row => $"{row.size}/{row.number}", row => Consumer.Content(row.size, (byte)row.number));

    /// <summary>Segments that hold any small object.</summary>
    static UploadOptions Whole { get; } = Consumer.Usual with { SegmentSize = 1 << 20 };

    [Fact]
    public async Task SmallObjects_GoInOneRequestAndOneRevision_AndComeBack()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Whole };
        var requests = 0;
        foreach (var provider in network.Providers)
            provider.OnStore = () => Interlocked.Increment(ref requests);

        var results = await PutAsync(consumer, Small);

        Assert.All(results, result => Assert.IsType<UploadResult.Stored>(result.Result));
        Assert.Equal(12, requests);
        Assert.All(network.Providers, provider => Assert.Equal(1ul, provider.Number));
        await ComeBackAsync(consumer, Small);
    }

    [Fact]
    public async Task Batch_WithoutMemoryForAll_GoesInSeveral()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Whole with { MemoryBudget = 3 << 20 } };
        Assert.All(await PutAsync(consumer, Small), result => Assert.IsType<UploadResult.Stored>(result.Result));
        Assert.All(network.Providers, provider => Assert.InRange(provider.Number, 2ul, 20ul));
        await ComeBackAsync(consumer, Small);
    }

    [Fact]
    public async Task LargeObject_AmongSmallOnes_GoesByItself()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Whole };
        var all = new Dictionary<string, byte[]>(Small) { ["large"] = Consumer.Content(ManyUploads.MostBytes + 1) };
        Assert.All(await PutAsync(consumer, all), result => Assert.IsType<UploadResult.Stored>(result.Result));
        Assert.All(network.Providers, provider => Assert.Equal(2ul, provider.Number));
        await ComeBackAsync(consumer, all);
    }

    [Fact]
    public async Task SmallObject_OfSeveralSegments_GoesByItself()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Consumer.Usual with { SegmentSize = 64 << 10 } };
        var all = new Dictionary<string, byte[]> { ["a"] = Consumer.Content(100_000), ["b"] = Consumer.Content(1) };
        Assert.All(await PutAsync(consumer, all), result => Assert.IsType<UploadResult.Stored>(result.Result));
        await ComeBackAsync(consumer, all);
    }

    [Fact]
    public async Task Provider_ThatDiesInABatch_IsReplaced()
    {
        var network = new FakeNetwork(13);
        network.Providers[2].DiesAfterStores = 0;
        using var consumer = new Consumer(network) { Options = Whole };
        var results = await PutAsync(consumer, Small);
        Assert.All(results, result => Assert.Single(Assert.IsType<UploadResult.Stored>(result.Result).Replaced));
        Assert.DoesNotContain(network.Providers[2].Agreement, consumer.Manifest("4096/0").Placements.Select(placement => placement.Agreement));
        await ComeBackAsync(consumer, Small);
    }

    [Fact]
    public async Task Provider_ThatDoesNotCountersign_IsReplacedAndGetsNothing()
    {
        var network = new FakeNetwork(13);
        network.Providers[2].DiesAfterRevisions = 0;
        using var consumer = new Consumer(network) { Options = Whole };
        Assert.All(await PutAsync(consumer, Small), result => Assert.IsType<UploadResult.Stored>(result.Result));
        network.Providers[2].IsDead = true;
        await ComeBackAsync(consumer, Small);
    }

    [Fact]
    public async Task Batch_ThatAProviderWithoutASpareRefuses_LeavesNothing_AndTheRestIsNotTried()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Whole with { MemoryBudget = 3 << 20 } };
        network.Providers[2].DiesAfterRevisions = 1;
        var results = await PutAsync(consumer, Small);
        var stored = results.TakeWhile(result => result.Result is UploadResult.Stored).Count();
        Assert.InRange(stored, 1, Small.Count - 1);
        Assert.All(results.Skip(stored), result => Assert.IsType<UploadResult.Refused>(result.Result));
        Assert.True(results.Count < Small.Count);
        Assert.Equal(stored, consumer.Listed().Length);
        // What the others had countersigned is garbage, and is cleared.
        network.Providers[2].IsDead = false;
        network.Providers[2].DiesAfterRevisions = int.MaxValue;
        await consumer.Reconciler.RunAsync(default);
        await consumer.Garbage.RunAsync(default);
        Assert.All(network.Providers, provider => Assert.Equal((ulong)stored, provider.OccupiedSlots));
    }

    [Fact]
    public async Task Object_ThatCannotBeRead_DoesNotKeepTheOthersFromBeingStored()
    {
        using var consumer = new Consumer(new FakeNetwork(12));
        var results = await PutAsync(
            consumer,
            [
                Item("a", [1]),
                new UploadItem(Consumer.Name("gone"), () => throw new FileNotFoundException("It is gone.")),
                new UploadItem(Consumer.Name("changed"), () => new ChangedSource()),
                Item("b", [2]),
            ]);
        Assert.Equal(["a", "b"], consumer.Listed());
        Assert.All(
            results.Where(result => result.Name.Value is "gone" or "changed"),
            result => Assert.Equal(UploadProblem.ContentChanged, Assert.IsType<UploadResult.Refused>(result.Result).Refusal.Problem));
        Assert.Equal(4, results.Count);
    }

    [Fact]
    public async Task Name_ThatComesTwice_IsReplacedByTheLater()
    {
        using var consumer = new Consumer(new FakeNetwork(12));
        Assert.Equal(3, (await PutAsync(consumer, [Item("a", [1]), Item("b", [3]), Item("a", [2])])).Count);
        Assert.Equal(["a", "b"], consumer.Listed());
        Assert.Equal([2], (await consumer.Get("a")).Bytes);
        Assert.Equal(2ul, consumer.Manifest("a").Number);
    }

    static UploadItem Item(string name, byte[] content) => new(Consumer.Name(name), () => new MemoryUploadSource(content));

    static Task<IReadOnlyList<UploadedItem>> PutAsync(Consumer consumer, Dictionary<string, byte[]> objects) =>
        PutAsync(consumer, objects.Select(row => Item(row.Key, row.Value)));

    static Task<IReadOnlyList<UploadedItem>> PutAsync(Consumer consumer, IEnumerable<UploadItem> items) => new ManyUploads(
        new UploadService(consumer.Catalog, consumer.Network, consumer.Network, consumer.Settler, consumer.Keys, consumer.Options, TimeProvider.System),
        new BatchUpload(consumer.Catalog, consumer.Network, consumer.Network, consumer.Settler, consumer.Keys, consumer.Options, TimeProvider.System),
        consumer.Options).PutAsync(items, null, CancellationToken.None);

    static async Task ComeBackAsync(Consumer consumer, Dictionary<string, byte[]> objects)
    {
        Assert.Equal(objects.Keys.Order(StringComparer.Ordinal), consumer.Listed().Order(StringComparer.Ordinal));
        foreach (var (name, content) in objects)
        {
            var (result, bytes) = await consumer.Get(name);
            Assert.IsType<DownloadResult.Complete>(result);
            Assert.True(content.AsSpan().SequenceEqual(bytes), name);
        }
    }

    sealed class ChangedSource : IUploadSource
    {
        public long Length => 3;

        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) => new(buffer.Length);

        public string FindChange() => "It changed.";

        public void Dispose()
        {
        }
    }
}
