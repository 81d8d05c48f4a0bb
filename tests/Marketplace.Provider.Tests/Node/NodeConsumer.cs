using System.Net.Http.Headers;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;

namespace Marketplace.Provider.Tests.Node;

/// <summary>What an auditor shows.</summary>
sealed record SignedRevision(RevisionInfo Revision, byte[] Consumer, byte[] Operator);

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

    /// <summary>The newest revision, as both sides signed it.</summary>
    public SignedRevision Signed { get; private set; } = null!;

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

    /// <summary>Uploads a fragment, and has a revision signed that puts it into a slot and empties others.</summary>
    public async Task StoreAsync(ulong slot, TestFragment fragment, params ulong[] emptied)
    {
        using var uploaded = await UploadAsync(fragment);
        Assert.Equal(["stored"], await ResultsAsync(uploaded));
        (ulong, TestFragment?)[] changes = [(slot, fragment), .. emptied.Select(old => (old, (TestFragment?)null))];
        var next = agreement.With(changes);
        using var revised = await ReviseAsync(RevisionBody(next, changes));
        Assert.True(revised.IsSuccessStatusCode, await revised.Content.ReadAsStringAsync());
        agreement.Become(next);
        await NoteAsync(revised);
    }

    /// <summary>Whether all of a fragment is served.</summary>
    public async Task<bool> TryReadAsync(TestFragment fragment)
    {
        try
        {
            using var answer = await Http.GetAsync(TransferRoutes.Fragment(agreement.Id, fragment.Root));
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsByteArrayAsync()).AsSpan().EndsWith(fragment.Bytes);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task LeaveVoucherAsync(TokenAmount amount)
    {
        var voucher = new VoucherMessage(amount, new EgressVoucher(agreement.Id, amount).Sign(node.Domain, node.DataKey));
        using var answer = await Http.PostAsync(
            TransferRoutes.Voucher(agreement.Id), new ByteArrayContent(TransferJson.Write(voucher, TransferJson.Default.VoucherMessage)));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    async Task NoteAsync(HttpResponseMessage revised)
    {
        Assert.True(TransferJson.TryRead(await revised.Content.ReadAsByteArrayAsync(), TransferJson.Default.CountersignatureMessage, out var countersigned));
        var revision = new Revision(agreement.Id, agreement.Number, agreement.DataRoot, agreement.Weight);
        Signed = new SignedRevision(
            new RevisionInfo(revision.Number, revision.DataRoot, revision.Weight), revision.Sign(node.Domain, node.DataKey).ToArray(),
            countersigned.Signature.ToArray());
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
