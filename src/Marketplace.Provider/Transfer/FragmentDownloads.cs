using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Losses;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>GET fragment: leaves with the hashes that prove them. Bytes that the disk no longer returns right are never sent.</summary>
sealed class FragmentDownloads(FragmentStore fragments, LossBook losses, NodeMetrics metrics)
{
    public async Task<IResult> GetAsync(HttpContext http, string root, CancellationToken cancellationToken)
    {
        if (!TransferRoutes.TryParseRoot(root, out var hash))
            return Refusal.BadRequest("A fragment's root is 64 lower-case hex digits.");
        var agreement = SessionGate.AgreementOf(http).Terms.Id;
        switch (fragments.Open(agreement, hash))
        {
            case FragmentOpenResult.Found found:
                using (found.Reader)
                    return await SendAsync(http, agreement, found.Reader, cancellationToken);
            case FragmentOpenResult.Corrupt:
                await NoteAsync(agreement, hash);
                return Corrupt;
            default:
                return NotFound;
        }
    }

    static Refusal Corrupt => new(RefusalCode.Corrupt, "The fragment is damaged on this provider's disk.");

    static Refusal NotFound => new(RefusalCode.NotFound, "The agreement has no such fragment here.");

    /// <summary>The consumer may be gone; what the disk lost matters all the same.</summary>
    Task NoteAsync(AgreementId agreement, Hash256 fragment)
    {
        metrics.CorruptionFound();
        return losses.NoteAsync(agreement, fragment, CancellationToken.None);
    }

    async Task<IResult> SendAsync(HttpContext http, AgreementId agreement, FragmentReader reader, CancellationToken cancellationToken)
    {
        if (!TryRange(http.Request.Query, reader.Leaves, out var first, out var count))
            return Refusal.BadRequest("first and count must name leaves of the fragment.");
        switch (reader.ReadRangeProof(first, count, out var hashes))
        {
            case FragmentReadResult.NotStored:
                return NotFound;
            case FragmentReadResult.Corrupt:
                await NoteAsync(agreement, reader.Root);
                return Corrupt;
        }

        var header = new byte[RangeAnswer.HeaderSize(hashes.Count)];
        RangeAnswer.WriteHeader(header, [.. hashes]);
        http.Response.ContentType = TransferRoutes.Binary;
        http.Response.ContentLength = header.Length + count * TransferLimits.LeafSize;
        await http.Response.Body.WriteAsync(header, cancellationToken);
        var sent = await reader.CopyToAsync(http.Response.Body, first, count, cancellationToken);
        if (sent != FragmentReadResult.Complete)
        {
            // The status line is gone already: only breaking the connection tells the consumer that this is not the whole answer.
            http.Abort();
            if (sent == FragmentReadResult.Corrupt)
                await NoteAsync(agreement, reader.Root);
            return Results.Empty;
        }
        metrics.BytesServed(count * TransferLimits.LeafSize);
        return Results.Empty;
    }

    static bool TryRange(IQueryCollection query, long leaves, out long first, out long count)
    {
        first = 0;
        count = leaves;
        if (query.TryGetValue("first", out var firstText) && !TryNumber(firstText, out first))
            return false;
        if (!query.TryGetValue("count", out var countText))
            count = leaves - first;
        else if (!TryNumber(countText, out count))
            return false;
        return first < leaves && count > 0 && count <= leaves - first;
    }

    static bool TryNumber(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
