using System.Net.Http.Headers;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;

namespace Marketplace.Provider.Tests.Node;

/// <summary>A consumer that speaks docs/protocol.md, section 6, with a plain HTTP client.</summary>
sealed class NodeConsumer : IDisposable
{
    readonly NodeFixture node;
    readonly TestAgreement agreement;

    public NodeConsumer(NodeFixture node, AgreementId id)
    {
        this.node = node;
        agreement = new TestAgreement(id);
        Http = node.Connect();
        Use(Token());
    }

    public HttpClient Http { get; }

    public TestAgreement Agreement => agreement;

    public SessionToken Token(
        AgreementId? id = null, Ethereum.Primitives.Address? provider = null, PrivateKey? key = null, TimeSpan? life = null) => SessionToken.Create(
        node.Domain,
        new TransferSession(
            id ?? agreement.Id, provider ?? node.Owner.Address,
            (ulong)(TimeProvider.System.GetUtcNow() + (life ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds()),
        key ?? node.DataKey);

    public void Use(SessionToken? token) =>
        Http.DefaultRequestHeaders.Authorization = token is { } some ? new AuthenticationHeaderValue(SessionToken.Scheme, some.Encode()) : null;

    public Task UntilServedAsync() => node.UntilAsync(
        async () =>
        {
            using var answer = await Http.GetAsync(TransferRoutes.Revision(agreement.Id));
            return answer.IsSuccessStatusCode;
        },
        $"Serving agreement {agreement.Id}");

    public async Task<HttpResponseMessage> UploadAsync(params TestFragment[] fragments) =>
        await Http.PostAsync(TransferRoutes.Fragments(agreement.Id), new ByteArrayContent(await FramesAsync(fragments)));

    public static async Task<byte[]> FramesAsync(params TestFragment[] fragments)
    {
        var body = new MemoryStream();
        foreach (var fragment in fragments)
            await FragmentFrameWriter.WriteAsync(body, fragment.Root, fragment.Bytes, CancellationToken.None);
        return body.ToArray();
    }

    public byte[] RevisionBody(TestAgreement next, params (ulong Slot, TestFragment? Fragment)[] changes)
    {
        var revision = new Revision(next.Id, next.Number, next.DataRoot, next.Weight);
        return TransferJson.Write(
            new RevisionRequest(
                next.Number, next.DataRoot, next.Weight, revision.Sign(node.Domain, node.DataKey),
                [.. changes.Select(change => new SlotChange((uint)change.Slot, change.Fragment?.Root))]),
            TransferJson.Default.RevisionRequest);
    }

    public Task<HttpResponseMessage> ReviseAsync(byte[] body) => Http.PostAsync(TransferRoutes.Revisions(agreement.Id), new ByteArrayContent(body));

    public async Task StoreAsync(ulong slot, TestFragment fragment)
    {
        using var uploaded = await UploadAsync(fragment);
        Assert.Equal(["stored"], await ResultsAsync(uploaded));
        var next = agreement.With([(slot, fragment)]);
        using var revised = await ReviseAsync(RevisionBody(next, (slot, fragment)));
        Assert.True(revised.IsSuccessStatusCode, await revised.Content.ReadAsStringAsync());
        agreement.Become(next);
    }

    public static async Task<string[]> ResultsAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(TransferJson.TryRead(text, TransferJson.Default.FragmentResultsMessage, out var message), await answer.Content.ReadAsStringAsync());
        return [.. message.Results.Select(result => result.Result)];
    }

    public static async Task<RefusalMessage> RefusalAsync(HttpResponseMessage answer)
    {
        Assert.False(answer.IsSuccessStatusCode);
        Assert.True(TransferJson.TryRead(await answer.Content.ReadAsByteArrayAsync(), TransferJson.Default.RefusalMessage, out var refusal));
        return refusal;
    }

    public void Dispose() => Http.Dispose();
}
