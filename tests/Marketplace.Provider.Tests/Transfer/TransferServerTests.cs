using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Tests.Node;

namespace Marketplace.Provider.Tests.Transfer;

/// <summary>The calls of docs/protocol.md, section 6.2, over TLS against a whole node.</summary>
public sealed class TransferServerTests : IAsyncLifetime
{
    static readonly string Root = new('a', 64);

    NodeFixture node = null!;
    NodeConsumer consumer = null!;

    public async Task InitializeAsync()
    {
        node = await NodeFixture.StartAsync();
        consumer = new NodeConsumer(node, await node.RentAsync(4));
        await consumer.UntilServedAsync();
    }

    public async Task DisposeAsync()
    {
        consumer.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("", "bad-request")]
    [InlineData("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bad-request")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "not-found")]
    public async Task InclusionInACheckpointThatIsNotThisNodes_IsRefused(string root, string code)
    {
        using var answer = await consumer.Http.GetAsync($"/v1/agreements/{consumer.Agreement.Id}/inclusion?root={root}");
        Assert.Equal(code, (await NodeConsumer.RefusalAsync(answer)).Code);
    }

    [Fact]
    public async Task EveryCall_WithoutAGoodSession_IsRefused()
    {
        (string Method, string Path)[] calls =
        [
            ("POST", "fragments"), ("GET", $"fragments/{Root}"), ("POST", "revisions"), ("GET", "revision"), ("GET", "slots"), ("GET", "inclusion"),
            ("PUT", "record"), ("GET", "record"),
        ];
        using var stranger = PrivateKey.Create();
        SessionToken?[] sessions =
        [
            null, consumer.Token(key: stranger), consumer.Token(provider: Address.Zero), consumer.Token(id: new AgreementId(77)),
            consumer.Token(life: TimeSpan.FromSeconds(-1)), consumer.Token(life: TimeSpan.FromHours(25)),
        ];
        foreach (var session in sessions)
        {
            consumer.Use(session);
            foreach (var (method, path) in calls)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/agreements/{consumer.Agreement.Id}/{path}");
                using var answer = await consumer.Http.SendAsync(request);
                Assert.Equal("unauthorized", (await NodeConsumer.RefusalAsync(answer)).Code);
            }
        }
        using var status = await consumer.Http.GetAsync("/v1/status");
        Assert.True(status.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Upload_OfGoodAndBadFragments_JudgesEach()
    {
        var (good, forged) = (new TestFragment(3, 1), new TestFragment(2, 2));
        var body = await NodeConsumer.FramesAsync(good, forged);
        body[^1] ^= 1;

        using var answer = await consumer.Http.PostAsync(TransferRoutes.Fragments(consumer.Agreement.Id), new ByteArrayContent(body));

        Assert.Equal(["stored", "root-mismatch"], await NodeConsumer.ResultsAsync(answer));
    }

    [Fact]
    public async Task Upload_OfMoreFragmentsThanWaitForTheDiskAtOnce_AnswersForEachInOrder()
    {
        var fragments = Enumerable.Range(0, 600).Select(seed => new TestFragment(1 + seed % 2, seed)).ToList();
        fragments.Insert(300, fragments[299]);
        var body = await NodeConsumer.FramesAsync([.. fragments]);

        using var answer = await consumer.Http.PostAsync(TransferRoutes.Fragments(consumer.Agreement.Id), new ByteArrayContent(body));

        Assert.True(TransferJson.TryRead(await answer.Content.ReadAsByteArrayAsync(), TransferJson.Default.FragmentResultsMessage, out var message));
        Assert.Equal(fragments.Select(fragment => new FragmentResult(fragment.Root, "stored")), message.Results);
        var one = await consumer.Http.GetByteArrayAsync(TransferRoutes.Fragment(consumer.Agreement.Id, fragments[^1].Root, 0, 1));
        Assert.Equal(fragments[^1].Bytes[..1024], one[^1024..]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(36 + 1024)]
    public async Task Upload_ThatEndsInsideAFragment_IsABadRequest(int length)
    {
        var body = (await NodeConsumer.FramesAsync(new TestFragment(3, 1)))[..length];

        using var answer = await consumer.Http.PostAsync(TransferRoutes.Fragments(consumer.Agreement.Id), new ByteArrayContent(body));

        Assert.Equal("bad-request", (await NodeConsumer.RefusalAsync(answer)).Code);
        Assert.DoesNotContain("Error:", node.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revision_PostedTwice_GetsTheSameAnswer_AndAnOlderOneAConflict()
    {
        var fragment = new TestFragment(9, 1);
        using (await consumer.UploadAsync(fragment)) { }
        var next = consumer.Agreement.With([(0UL, fragment)]);
        var body = consumer.RevisionBody(next, (0, fragment));
        using var first = await consumer.ReviseAsync(body);
        using var again = await consumer.ReviseAsync(body);
        Assert.True(first.IsSuccessStatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());

        var other = consumer.Agreement.With([]);
        using var conflict = await consumer.ReviseAsync(consumer.RevisionBody(other));

        var refusal = await NodeConsumer.RefusalAsync(conflict);
        Assert.Equal(("revision-conflict", 1UL), (refusal.Code, refusal.Current!.Number));
        Assert.Equal(409, (int)conflict.StatusCode);
    }

    [Fact]
    public async Task Range_OfAFragment_IsProvenByItsHashes()
    {
        var fragment = new TestFragment(9, 1);
        await consumer.StoreAsync(3, fragment);

        using var answer = await consumer.Http.GetAsync(TransferRoutes.Fragment(consumer.Agreement.Id, fragment.Root, 2, 5));
        var leaves = new byte[5 * 1024];
        var hashes = await RangeAnswer.ReadAsync(await answer.Content.ReadAsStreamAsync(), leaves, CancellationToken.None);

        Assert.True(RangeProof.Verify(
            new Digest(fragment.Root.ToArray()), 9, 2, leaves, [.. hashes!.Select(hash => new Digest(hash.ToArray()))]));
        using var beyond = await consumer.Http.GetAsync(TransferRoutes.Fragment(consumer.Agreement.Id, fragment.Root, 5, 5));
        Assert.Equal("bad-request", (await NodeConsumer.RefusalAsync(beyond)).Code);
    }

    [Theory]
    [InlineData("/v1/agreements/01/revision", "bad-request")]
    [InlineData("/v1/agreements/%2e%2e/revision", "not-found")]
    [InlineData("/", "not-found")]
    [InlineData("/health", "not-found")]
    [InlineData("/metrics", "not-found")]
    public async Task Path_ThatNamesNothing_IsRefused(string path, string code)
    {
        using var answer = await consumer.Http.GetAsync(path);

        Assert.Equal(code, (await NodeConsumer.RefusalAsync(answer)).Code);
    }
}
