using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Transport;
using Marketplace.Client.Uploads;

namespace Marketplace.Client.Tests.Uploads;

public sealed class RoundTripTests
{
    const int Block = 64 << 10, Sealed = Block + 16, Segment = 128 << 10, Leaf = 1024;

    /// <summary>Sizes whose ciphertext or padded form lies next to each border.</summary>
    static IEnumerable<int> BoundarySizes() =>
        new[] { 0, 1, 2, 16, Leaf, 4 * Leaf, Block, 2 * Block, Segment, 2 * Segment, Segment - 16, Segment - 32, 2 * Segment - 64, Sealed,
            3 * Block, 5 * Block }
            .SelectMany(border => new[] { border - 17, border - 16, border - 1, border, border + 1, border + 16 }).Where(
                size => size >= 0).Distinct();

    [Fact]
    public async Task Content_OfEverySizeAroundABorder_ComesBack()
    {
        using var consumer = new Consumer(new FakeNetwork(12));
        foreach (var size in BoundarySizes())
        {
            var content = Consumer.Content(size);
            Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content));
            var (result, bytes) = await consumer.Get("a");
            Assert.IsType<DownloadResult.Complete>(result);
            Assert.True(content.AsSpan().SequenceEqual(bytes), $"size {size}");
        }
    }

    [Fact]
    public async Task Coding_IsListed_WhoeverSignedTheManifest_ButNotWhereItMakesNoSense()
    {
        using var consumer = new Consumer(new FakeNetwork(12));
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(100)));
        var version = consumer.Catalog.Read(read => read.FindLive(Consumer.Name("a")))!;
        Assert.Equal(consumer.Manifest("a").Layout.Coding, MarketplaceClient.ReadCoding(version));

        var altered = version.Manifest.ToArray();
        altered[3] ^= 1;
        Assert.NotNull(MarketplaceClient.ReadCoding(version with { Manifest = altered }));
        Assert.Null(consumer.Keys.Open(version with { Manifest = altered }));
        for (var length = 0; length < version.Manifest.Length; length++)
            Assert.Null(MarketplaceClient.ReadCoding(version with { Manifest = version.Manifest[..length] }));
    }

    [Fact]
    public async Task Ranges_OfAnyKind_ComeBack()
    {
        using var consumer = new Consumer(new FakeNetwork(12));
        var content = Consumer.Content(5 * Segment + 777);
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content));
        Prop.ForAll(
            Gen.Choose(0, content.Length + 10).Zip(Gen.Choose(0, 3 * Segment)).ToArbitrary(),
            range =>
            {
                var (offset, count) = range;
                var (result, bytes) = consumer.Get("a", offset, count).GetAwaiter().GetResult();
                var from = Math.Min(offset, content.Length);
                var to = Math.Min(content.Length, from + count);
                return result is DownloadResult.Complete && bytes.AsSpan().SequenceEqual(content.AsSpan(from, to - from));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Range_OfAFewBytes_ReadsOnlyTheirBlock()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        await consumer.Put("a", Consumer.Content(8 * Segment));
        await consumer.Get("a", 100_000, 10);
        Assert.InRange(network.Providers.Aggregate(0ul, (sum, provider) => sum + provider.LeavesRead), 1ul, 70ul);
    }

    [Fact]
    public async Task Download_WithAnyEightOfTwelveGone_ComesBack()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        var content = Consumer.Content(2 * Segment + 5);
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content));
        Prop.ForAll(Gen.Shuffle(Enumerable.Range(0, 12)).ToArbitrary(), order =>
        {
            foreach (var provider in network.Providers)
                provider.IsDead = false;
            foreach (var dead in order.Take(8))
                network.Providers[dead].IsDead = true;
            var (result, bytes) = consumer.Get("a").GetAwaiter().GetResult();
            return result is DownloadResult.Complete && bytes.AsSpan().SequenceEqual(content);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Download_WithNineOfTwelveGone_SaysSoAndHandsNothingWrongOut()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        await consumer.Put("a", Consumer.Content(2 * Segment));
        foreach (var provider in network.Providers[..9])
            provider.IsDead = true;
        var (result, bytes) = await consumer.Get("a");
        Assert.Contains("Only 3 of the 4", Assert.IsType<DownloadResult.Incomplete>(result).Message);
        Assert.Empty(bytes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Download_WithoutThoseOfWhomItIsKnownAtOnce_ComesBack(int away)
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        var content = Consumer.Content(2 * Segment);
        await consumer.Put("a", content);
        foreach (var provider in network.Providers[..away])
            provider.IsKnownToBeAway = true;
        var (result, bytes) = await consumer.Get("a");
        Assert.IsType<DownloadResult.Complete>(result);
        Assert.True(content.AsSpan().SequenceEqual(bytes));
    }

    public static TheoryData<string> Lies() => ["flips", "truncates", "sends another", "lost it", "hangs"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Download_AmongLiars_ComesBackAndNamesThem(string lie)
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        var content = Consumer.Content(3 * Segment + 1);
        await consumer.Put("a", content);
        var manifest = consumer.Manifest("a");
        var liars = manifest.Placements.Take(
            6).Select(placement => network.Providers.Single(provider => provider.Agreement == placement.Agreement)).ToArray();
        foreach (var liar in liars)
            Tell(liar, lie);
        var (result, bytes) = await consumer.Get("a");
        Assert.IsType<DownloadResult.Complete>(result);
        Assert.True(content.AsSpan().SequenceEqual(bytes));
        if (lie != "hangs")
        {
            // The four that hold the data were asked first, and found out.
            Assert.Subset(result.Reports.Select(report => report.Provider).ToHashSet(),
                liars[..4].Select(liar => liar.Provider.Provider).ToHashSet());
            Assert.All(
                result.Reports, report => Assert.Equal(lie == "lost it" ? FailureKind.Refused : FailureKind.Lied, report.Failure.Kind));
        }
        var (range, part) = await consumer.Get("a", 70_000, 5_000);
        Assert.IsType<DownloadResult.Complete>(range);
        Assert.True(content.AsSpan(70_000, 5_000).SequenceEqual(part));
    }

    static void Tell(FakeProvider provider, string lie)
    {
        switch (lie)
        {
            case "flips":
                provider.Corrupts = (_, bytes) =>
                {
                    var changed = bytes.ToArray();
                    for (var i = 0; i < changed.Length; i += 1024)
                        changed[i] ^= 1;
                    return changed;
                };
                break;
            case "truncates":
                provider.Corrupts = (_, bytes) => bytes[..^1024].Length == 0 ? [] : bytes[..1024];
                break;
            case "sends another":
                provider.Corrupts = (root, _) => provider.AnyOther(root);
                break;
            case "lost it":
                provider.Corrupts = null;
                provider.ForgetAll();
                break;
            case "hangs":
                provider.IsStuck = true;
                break;
        }
    }
}
