using Marketplace.Client.Downloads;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Uploads;

public sealed class UploadFaultTests
{
    const int Segment = 128 << 10;

    static async Task ComesBack(Consumer consumer, byte[] content)
    {
        var (result, bytes) = await consumer.Get("a");
        Assert.IsType<DownloadResult.Complete>(result);
        Assert.True(content.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task Upload_WithTooFewProviders_IsRefusedWithTheNumbers()
    {
        var network = new FakeNetwork(12);
        network.Providers[3].IsDead = true;
        using var consumer = new Consumer(network);
        var refusal = Assert.IsType<UploadResult.Refused>(await consumer.Put("a", Consumer.Content(10))).Refusal;
        Assert.Equal(UploadProblem.TooFewProviders, refusal.Problem);
        Assert.Contains("12 different providers", refusal.Message);
        Assert.Contains("11 of the rented ones can take data now: 1 is missing", refusal.Message);
        Assert.Contains("connection refused", refusal.Message);
        Assert.Equal((CodingScheme.Small, 1), (refusal.Lacking!.Coding, refusal.Lacking.Missing));
        Assert.Contains(Assert.Single(refusal.Lacking.Away).ToString(), refusal.Message);
        Assert.Empty(consumer.Listed());
    }

    [Fact]
    public async Task Upload_WhereAProviderDiesInTheMiddle_GoesOnWithASpare()
    {
        var network = new FakeNetwork(13);
        network.Providers[2].DiesAfterStores = 3;
        using var consumer = new Consumer(network);
        var content = Consumer.Content(6 * Segment);
        var stored = Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content));
        Assert.Single(stored.Replaced);
        Assert.DoesNotContain(network.Providers[2].Agreement, consumer.Manifest("a").Placements.Select(placement => placement.Agreement));
        await ComesBack(consumer, content);
    }

    [Fact]
    public async Task Upload_WhereAProviderDiesWithoutASpare_LeavesNothing()
    {
        var network = new FakeNetwork(12);
        network.Providers[2].DiesAfterStores = 3;
        using var consumer = new Consumer(network);
        var refusal = Assert.IsType<UploadResult.Refused>(await consumer.Put("a", Consumer.Content(6 * Segment))).Refusal;
        Assert.Equal(UploadProblem.ProviderFailed, refusal.Problem);
        Assert.Empty(consumer.Listed());
        Assert.All(network.Providers, provider => Assert.Equal(0ul, provider.Number));
    }

    [Theory]
    [InlineData(3, int.MaxValue)]
    [InlineData(int.MaxValue, 0)]
    public async Task Upload_WhereTheOnlyProviderIsAwayForAMoment_WaitsForIt(int diesAfterStores, int diesAfterRevisions)
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network) { Options = Consumer.Usual with { OutagePatience = TimeSpan.FromSeconds(20) } };
        (network.Providers[2].DiesAfterStores, network.Providers[2].DiesAfterRevisions) = (diesAfterStores, diesAfterRevisions);
        var content = Consumer.Content(6 * Segment);
        var put = consumer.Put("a", content);
        while (!network.Providers[2].IsDead)
            await Task.Yield();
        (network.Providers[2].DiesAfterStores, network.Providers[2].DiesAfterRevisions) = (int.MaxValue, int.MaxValue);
        network.Providers[2].IsDead = false;
        Assert.Empty(Assert.IsType<UploadResult.Stored>(await put).Replaced);
        await ComesBack(consumer, content);
    }

    [Fact]
    public async Task Upload_WithAProviderThatHangs_GoesOnWithASpare()
    {
        var network = new FakeNetwork(13);
        network.Providers[5].IsStuck = true;
        using var consumer = new Consumer(network);
        var content = Consumer.Content(2 * Segment);
        Assert.Contains("slower", Assert.Single(Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content)).Replaced));
        await ComesBack(consumer, content);
    }

    [Fact]
    public async Task Upload_WithAProviderThatIsFull_GoesOnWithASpare()
    {
        var network = new FakeNetwork(13);
        network.Providers[5].RefusesStores = RefusalCode.OutOfSpace;
        using var consumer = new Consumer(network);
        Assert.Contains(
            "out-of-space", Assert.Single(Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(9))).Replaced));
    }

    [Fact]
    public async Task Upload_WhereARevisionIsRefused_GoesOnWithASpare()
    {
        var network = new FakeNetwork(13);
        network.Providers[0].RefusesRevisions = RefusalCode.AgreementNotActive;
        using var consumer = new Consumer(network);
        var content = Consumer.Content(3 * Segment);
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content));
        await ComesBack(consumer, content);
        Assert.Empty(consumer.Catalog.Read(read => read.ListPending()));
    }

    [Fact]
    public async Task Upload_WhereARevisionIsRefusedWithoutASpare_LeavesGarbageThatIsCleared()
    {
        var network = new FakeNetwork(12);
        network.Providers[0].RefusesRevisions = RefusalCode.AgreementNotActive;
        using var consumer = new Consumer(network);
        Assert.IsType<UploadResult.Refused>(await consumer.Put("a", Consumer.Content(Segment)));
        Assert.Empty(consumer.Listed());
        Assert.Equal(11, network.Providers.Count(provider => provider.Weight > 0));
        Assert.Empty(await consumer.Garbage.RunAsync(default));
        Assert.All(network.Providers, provider => Assert.Equal(0ul, provider.Weight));
    }

    [Fact]
    public async Task Upload_WithAForgedCountersignature_GoesOnWithASpare()
    {
        var network = new FakeNetwork(13);
        network.Providers[0].CountersignsWrongly = true;
        using var consumer = new Consumer(network);
        Assert.Contains("registered operator key",
            Assert.Single(Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(9))).Replaced));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public async Task Upload_WhereAnswersAndRequestsGetLost_StaysInStep(int answers, int requests)
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        for (var round = 0; round < 3; round++)
        {
            (network.Providers[4].LosesAnswers, network.Providers[4].LosesRequests) = (answers, requests);
            Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(Segment, (byte)round)));
        }
        await ComesBack(consumer, Consumer.Content(Segment, 2));
    }

    [Fact]
    public async Task Upload_OfAnExistingName_ReplacesItAndClearsTheOldFragments()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        consumer.Catalog.Write(change => change.SetRetention(Marketplace.Client.Catalog.Retention.None));
        await consumer.Put("a", Consumer.Content(5 * Segment));
        await consumer.Put("a", Consumer.Content(100));
        consumer.Catalog.Write(change => change.ReleaseReplaced());
        Assert.Empty(await consumer.Garbage.RunAsync(default));
        Assert.All(network.Providers, provider => Assert.Equal(1ul, provider.OccupiedSlots));
        await ComesBack(consumer, Consumer.Content(100));
    }

    [Fact]
    public async Task Removal_WithAProviderAway_KeepsItsGarbageForLater()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        await consumer.Put("a", Consumer.Content(100));
        consumer.Catalog.Write(change => change.Delete(change.FindLive(Consumer.Name("a"))!.Id));
        network.Providers[7].IsDead = true;
        var left = Assert.Single(await consumer.Garbage.RunAsync(default));
        Assert.Equal(network.Providers[7].Agreement, left.Agreement);
        network.Providers[7].IsDead = false;
        await consumer.Reconciler.RunAsync(default);
        Assert.Empty(await consumer.Garbage.RunAsync(default));
        Assert.All(network.Providers, provider => Assert.Equal(0ul, provider.Weight));
    }

    [Fact]
    public async Task Upload_RightAfterRenting_WaitsUntilTheProviderSeesTheAgreement()
    {
        var network = new FakeNetwork(12);
        network.Providers[3].SeesAgreementAfter = 2;
        using var consumer = new Consumer(network);
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(9)));
    }

    [Fact]
    public async Task Upload_WithAProviderThatShowsAnotherRevision_GoesToOthers()
    {
        var network = new FakeNetwork(13);
        using var consumer = new Consumer(network);
        await consumer.Put("a", Consumer.Content(9));
        network.Providers[3].Shows = new RevisionMessage(0, Marketplace.Ethereum.Primitives.Hash256.Zero, 0);
        Assert.IsType<UploadResult.Stored>(await consumer.Put("b", Consumer.Content(9)));
        Assert.DoesNotContain(network.Providers[3].Agreement, consumer.Manifest("b").Placements.Select(placement => placement.Agreement));
    }

    [Fact]
    public async Task RentedForOnesOwnDevices_NoMoreThanThose_IsWhatItIsStoredOn()
    {
        var network = new FakeNetwork(10);
        using var consumer = new Consumer(network) { Options = Consumer.Usual with { Coding = null } };
        var content = Consumer.Content(3 * Segment);
        Assert.Equal(Core.Coding.CodingScheme.Devices, Assert.IsType<UploadResult.Stored>(await consumer.Put("a", content)).Coding);
        await ComesBack(consumer, content);

        network.Providers[3].IsDead = true;
        var refusal = Assert.IsType<UploadResult.Refused>(await consumer.Put("b", Consumer.Content(10))).Refusal;
        Assert.Equal(UploadProblem.TooFewProviders, refusal.Problem);
        Assert.Contains("10 different providers are needed for 6-of-10 (devices), 9 of", refusal.Message);
    }

    [Fact]
    public async Task RentedForMoreThanDevices_IsNotStoredWithLessSafety_WhenSomeAreAway()
    {
        var network = new FakeNetwork(12);
        network.Providers[3].IsDead = network.Providers[4].IsDead = true;
        using var consumer = new Consumer(network) { Options = Consumer.Usual with { Coding = null } };
        Assert.Equal(UploadProblem.TooFewProviders, Assert.IsType<UploadResult.Refused>(await consumer.Put("a", Consumer.Content(10))).Refusal.Problem);
    }

    [Fact]
    public async Task Upload_BeyondTheRentedSpace_IsRefused()
    {
        using var consumer = new Consumer(new FakeNetwork(12)) { Options = new UploadOptions { Coding = Core.Coding.CodingScheme.Small } };
        Assert.Equal(
            UploadProblem.NotEnoughSpace,
            Assert.IsType<UploadResult.Refused>(await consumer.Put("a", new HugeSource(5L << 30))).Refusal.Problem);
    }

    [Fact]
    public async Task File_ThatChangesShrinksOrVanishes_IsRefused()
    {
        foreach (var harm in new Action<string>[] { path => File.AppendAllText(path, "x"), path => File.WriteAllText(path, ""), File.Delete, path => File.Move(path, path + "2") })
        {
            using var directory = new TemporaryDirectory();
            File.WriteAllBytes(directory["f"], Consumer.Content(4 * Segment));
            var network = new FakeNetwork(12);
            var stores = 0;
            foreach (var provider in network.Providers)
                provider.OnStore = () =>
                {
                    if (Interlocked.Increment(ref stores) == 5)
                        harm(directory["f"]);
                };
            using var consumer = new Consumer(network);
            using var source = FileUploadSource.Open(directory["f"]);
            Assert.Equal(
                UploadProblem.ContentChanged, Assert.IsType<UploadResult.Refused>(await consumer.Put("a", source)).Refusal.Problem);
            Assert.Empty(consumer.Listed());
            Assert.All(network.Providers, provider => Assert.Equal(0ul, provider.Number));
        }
    }

    [Fact]
    public async Task Upload_CancelledAnywhere_IsWhollyInTheCatalogOrNotAtAll()
    {
        for (var at = 1; at <= 34; at += 3)
        {
            var network = new FakeNetwork(12);
            using var consumer = new Consumer(network);
            await consumer.Put("a", Consumer.Content(100));
            using var cancel = new CancellationTokenSource();
            var stores = 0;
            foreach (var provider in network.Providers)
                provider.OnStore = () =>
                {
                    if (Interlocked.Increment(ref stores) == at)
                        cancel.Cancel();
                };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consumer.Put("a", Consumer.Content(4 * Segment), cancel.Token));
            foreach (var provider in network.Providers)
                provider.OnStore = null;
            await consumer.Reconciler.RunAsync(default);
            await ComesBack(consumer, Consumer.Content(100));
            Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(50)));
            await ComesBack(consumer, Consumer.Content(50));
        }
    }

    sealed class HugeSource(long length) : IUploadSource
    {
        public long Length => length;

        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public string? FindChange() => null;

        public void Dispose()
        {
        }
    }
}
