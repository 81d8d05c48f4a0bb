using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Egress;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>What consumers promise for reading: each voucher replaces the one before it.</summary>
sealed class Vouchers(VoucherBook book, NodeIdentity identity, NodeMetrics metrics)
{
    public async Task<IResult> PostAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (await Answer.ReadAsync(http, TransferJson.Default.VoucherMessage, TransferLimits.MaxVoucherBody) is not { } message)
            return Refusal.BadRequest("The body must be an amount and a signature.");
        var agreement = SessionGate.AgreementOf(http);
        var voucher = new EgressVoucher(agreement.Terms.Id, message.Amount);
        if (!voucher.IsSignedBy(identity.Domain, agreement.Terms.DataKey, message.Signature))
            return new Refusal(RefusalCode.BadSignature, "The voucher is not signed by the agreement's current data key.");
        var kept = await book.PutAsync(
            agreement.Terms.Id, new StoredVoucher(message.Amount, message.Signature.ToArray()), cancellationToken);
        if (kept is null)
            return new Refusal(RefusalCode.UnknownAgreement, "This provider knows no such agreement.");
        if (kept.Amount > message.Amount)
            return new Refusal(RefusalCode.VoucherConflict, $"A voucher over {kept.Amount} base units is here already.");
        metrics.VoucherTaken();
        return Results.NoContent();
    }

    public IResult Get(HttpContext http)
    {
        if (book.Find(SessionGate.AgreementOf(http).Terms.Id) is not { } kept)
            return new Refusal(RefusalCode.NotFound, "No voucher was left for this agreement.");
        return Signature.TryRead(kept.Signature.Span, out var signature)
            ? Answer.Json(new VoucherMessage(kept.Amount, signature), TransferJson.Default.VoucherMessage)
            : throw new InvalidDataException("The store holds a signature that is none.");
    }
}
