using System.Globalization;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Proving;
using Microsoft.AspNetCore.Http;
using SignedRecord = Marketplace.Protocol.Signatures.CatalogRecord;
using StoredRecord = Marketplace.Provider.Agreements.CatalogRecord;

namespace Marketplace.Provider.Transfer;

/// <summary>What a consumer can ask about its agreement, and the catalog record that it leaves here.</summary>
sealed class AgreementReads(AgreementLedger agreements, ICheckpointReader checkpoints, NodeIdentity identity)
{
    public IResult GetSlots(HttpContext http)
    {
        var query = http.Request.Query;
        if (!uint.TryParse(query["from"].ToString() is { Length: > 0 } from ? from : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(query["count"].ToString() is { Length: > 0 } text ? text : "10000", NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > TransferLimits.MaxSlotsPerAnswer)
            return Refusal.BadRequest($"from is a slot's number, count is between 1 and {TransferLimits.MaxSlotsPerAnswer}.");
        var slots = agreements.ListSlots(SessionGate.AgreementOf(http).Terms.Id, first, count) ?? [];
        return Answer.Json(
            new SlotsMessage([.. slots.Select(slot => new SlotMessage((uint)slot.Slot, slot.Root, (uint)slot.Leaves))]), TransferJson.Default.SlotsMessage);
    }

    public async Task<IResult> GetInclusionAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var agreement = SessionGate.AgreementOf(http).Terms.Id;
        if (!http.Request.Query.TryGetValue("root", out var text))
            return await checkpoints.FindInclusionAsync(agreement, cancellationToken) is { } newest
                ? Show(newest)
                : new Refusal(RefusalCode.NotFound, "The agreement is not in this provider's checkpoint on chain yet.");
        if (!TransferRoutes.TryParseRoot(text.ToString(), out var root))
            return Refusal.BadRequest("root is 64 lower-case hex digits.");
        return checkpoints.FindInclusion(agreement, root) is { } inclusion
            ? Show(inclusion)
            : new Refusal(RefusalCode.NotFound, "The agreement is not in that checkpoint, or the checkpoint is not kept any more.");
    }

    static IResult Show(CheckpointInclusion inclusion) => Answer.Json(
        new InclusionMessage(
            new CheckpointMessage(inclusion.Root, inclusion.Leaves, inclusion.Agreements), inclusion.CommittedIn?.Value, inclusion.Path),
        TransferJson.Default.InclusionMessage);

    public async Task<IResult> PutRecordAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var agreement = SessionGate.AgreementOf(http);
        if (await Answer.ReadBodyAsync(http, SignedRecord.MaxSize) is not { } body)
            return new Refusal(RefusalCode.TooLarge, $"A record has at most {SignedRecord.MaxSize} bytes.");
        if (!SignedRecord.TryRead(body, out var record) || record.Sequence > long.MaxValue)
            return Refusal.BadRequest("The body must be a sequence number, a signature and a payload.");
        if (!record.IsSignedBy(identity.Domain, agreement.Terms.Id, agreement.Terms.DataKey))
            return new Refusal(RefusalCode.BadSignature, "The record is not signed by the agreement's current data key.");
        if (agreement.Closed)
            return new Refusal(RefusalCode.AgreementNotActive, "The agreement has ended.");
        var kept = await agreements.PutRecordAsync(
            agreement.Terms.Id, new StoredRecord(record.Sequence, record.Signature.ToArray(), record.Payload), cancellationToken);
        return kept ? Results.NoContent() : new Refusal(RefusalCode.RecordConflict, "A record with this or a higher sequence number is here already.");
    }

    public IResult GetRecord(HttpContext http)
    {
        if (agreements.FindRecord(SessionGate.AgreementOf(http).Terms.Id) is not { } stored)
            return new Refusal(RefusalCode.NotFound, "No record was left for this agreement.");
        return Results.Bytes(SignedRecord.Join(stored.Sequence, stored.Signature.Span, stored.Payload.Span), TransferRoutes.Binary);
    }
}
