using System.Net.Http.Headers;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>One agreement's calls over its provider's pooled connections.</summary>
sealed class HttpAgreementChannel(
    ProviderEndpoint provider, AgreementId agreement, ProviderCall call, SessionSource session) : IAgreementChannel
{
    /// <summary>About what a slot measures as JSON.</summary>
    const int BytesOfASlot = 128;

    public ProviderEndpoint Provider => provider;

    public AgreementId Agreement => agreement;

    public async Task<Answer<FragmentResultsMessage>> StoreAsync(
        IReadOnlyList<OutgoingFragment> fragments, CancellationToken cancellationToken)
    {
        var answer = await call.SendJsonAsync(
            HttpMethod.Post, TransferRoutes.Fragments(agreement), session, guard => new FragmentsContent(fragments, guard),
            TransferJson.Default.FragmentResultsMessage, fragments.Sum(fragment => (long)fragment.Bytes.Length), cancellationToken);
        if (!answer.TryGet(out var results, out _))
            return answer;
        return results.Results.Select(result => result.Root).SequenceEqual(fragments.Select(fragment => fragment.Root))
            ? answer
            : ProviderFailure.Lie("The results are for other fragments than those sent.");
    }

    public Task<Answer<CountersignatureMessage>> PostRevisionAsync(RevisionRequest request, CancellationToken cancellationToken)
    {
        var body = TransferJson.Write(request, TransferJson.Default.RevisionRequest);
        return call.SendJsonAsync(
            HttpMethod.Post, TransferRoutes.Revisions(agreement), session, _ => Bytes(body, TransferRoutes.Json),
            TransferJson.Default.CountersignatureMessage, body.Length, cancellationToken);
    }

    public Task<Answer<RevisionMessage>> GetRevisionAsync(CancellationToken cancellationToken) =>
        call.GetJsonAsync(TransferRoutes.Revision(agreement), session, TransferJson.Default.RevisionMessage, cancellationToken);

    public Task<Answer<SlotsMessage>> GetSlotsAsync(uint from, int count, CancellationToken cancellationToken) =>
        call.GetJsonAsync(
            TransferRoutes.Slots(agreement, from, count), session, TransferJson.Default.SlotsMessage, cancellationToken, (long)count * BytesOfASlot);

    public Task<Answer<IReadOnlyList<Hash256>>> ReadLeavesAsync(
        Hash256 root, uint first, Memory<byte> leaves, CancellationToken cancellationToken)
    {
        var count = (uint)(leaves.Length / TransferLimits.LeafSize);
        return call.SendAsync<IReadOnlyList<Hash256>>(
            HttpMethod.Get, TransferRoutes.Fragment(agreement, root, first, count), session, _ => null,
            async (body, token) => await RangeAnswer.ReadAsync(body, leaves, token), leaves.Length, cancellationToken);
    }

    public Task<Answer<InclusionMessage>> GetInclusionAsync(Hash256? root, CancellationToken cancellationToken) =>
        call.GetJsonAsync(
            root is { } asked ? TransferRoutes.Inclusion(agreement, asked) : TransferRoutes.Inclusion(agreement), session, TransferJson.Default.InclusionMessage, cancellationToken);

    public Task<Answer<Done>> PostVoucherAsync(VoucherMessage voucher, CancellationToken cancellationToken)
    {
        var body = TransferJson.Write(voucher, TransferJson.Default.VoucherMessage);
        return call.SendAsync<Done>(
            HttpMethod.Post, TransferRoutes.Voucher(agreement), session, _ => Bytes(body, TransferRoutes.Json),
            (_, _) => new ValueTask<Done?>(Done.Instance), body.Length, cancellationToken);
    }

    public Task<Answer<VoucherMessage>> GetVoucherAsync(CancellationToken cancellationToken) =>
        call.GetJsonAsync(TransferRoutes.Voucher(agreement), session, TransferJson.Default.VoucherMessage, cancellationToken);

    public Task<Answer<Done>> PutRecordAsync(CatalogRecord record, CancellationToken cancellationToken) =>
        call.SendAsync<Done>(
            HttpMethod.Put, TransferRoutes.Record(agreement), session, _ => Bytes(record.ToArray(), TransferRoutes.Binary),
            (_, _) => new ValueTask<Done?>(Done.Instance), CatalogRecord.MaxSize, cancellationToken);

    public Task<Answer<CatalogRecord>> GetRecordAsync(CancellationToken cancellationToken) =>
        call.SendAsync(
            HttpMethod.Get, TransferRoutes.Record(agreement), session, _ => null,
            async (body, token) =>
            {
                var bytes = await ProviderCall.ReadBoundedAsync(body, CatalogRecord.MaxSize, token);
                return bytes is not null && CatalogRecord.TryRead(bytes, out var record) ? record : null;
            },
            CatalogRecord.MaxSize, cancellationToken);

    static ByteArrayContent Bytes(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }
}
