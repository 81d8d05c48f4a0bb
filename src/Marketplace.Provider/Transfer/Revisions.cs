using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Agreements;
using Microsoft.AspNetCore.Http;
using SlotChange = Marketplace.Provider.Agreements.SlotChange;
using StoredRequest = Marketplace.Provider.Agreements.RevisionRequest;

namespace Marketplace.Provider.Transfer;

/// <summary>Revisions: the countersignature is shown only after everything that the revision names is on stable storage.</summary>
sealed class Revisions(AgreementLedger agreements, NodeIdentity identity, OperatorKey operatorKey, NodeMetrics metrics)
{
    public async Task<IResult> PostAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (await Answer.ReadAsync(http, TransferJson.Default.RevisionRequest, TransferLimits.MaxRevisionBody) is not { } request)
            return Refusal.BadRequest($"The body must be a revision with at most {TransferLimits.MaxChangesPerRevision} changes.");
        var agreement = SessionGate.AgreementOf(http);
        var revision = request.RevisionOf(agreement.Terms.Id);
        if (!revision.IsSignedBy(identity.Domain, agreement.Terms.DataKey, request.Signature))
            return new Refusal(RefusalCode.BadSignature, "The revision is not signed by the agreement's current data key.");

        var result = await agreements.ApplyRevisionAsync(
            new StoredRequest(
                revision.Agreement, revision.Number, revision.DataRoot, revision.Weight,
                [.. request.Changes.Select(change => new SlotChange(change.Slot, change.Root))],
                request.Signature.ToArray(),
                revision.Sign(identity.Domain, operatorKey.Key).ToArray()),
            cancellationToken);
        if (result is not RevisionResult.Applied applied)
            return RefusalOf(result);
        metrics.RevisionSigned();
        return Answer.Json(new CountersignatureMessage(Read(applied.Revision.ProviderSignature)), TransferJson.Default.CountersignatureMessage);
    }

    public IResult Get(HttpContext http) =>
        Answer.Json(MessageOf(SessionGate.AgreementOf(http).Revision), TransferJson.Default.RevisionMessage);

    static Refusal RefusalOf(RevisionResult result) => result switch
    {
        RevisionResult.Conflict conflict => new(
            RefusalCode.RevisionConflict, $"The current revision is number {conflict.Current.Number}.", MessageOf(conflict.Current)),
        RevisionResult.UnknownAgreement => new(RefusalCode.UnknownAgreement, "This provider knows no such agreement."),
        RevisionResult.AgreementClosed => new(RefusalCode.AgreementNotActive, "The agreement has ended."),
        RevisionResult.FragmentNotStored missing => new(
            RefusalCode.FragmentNotStored, $"The fragment for slot {missing.Slot} ({missing.Root}) is not stored here: upload it first."),
        RevisionResult.SlotOccupied occupied => new(RefusalCode.SlotOccupied, $"Slot {occupied.Slot} is not free."),
        RevisionResult.SlotEmpty empty => new(RefusalCode.SlotEmpty, $"Slot {empty.Slot} is empty already."),
        RevisionResult.SlotOutOfRange range => Refusal.BadRequest($"Slot {range.Slot} is above the highest, {range.Maximum}."),
        RevisionResult.DataRootMismatch actual => new(
            RefusalCode.DataRootMismatch, $"The changes lead to root {actual.ActualRoot} with {actual.ActualWeight} leaves."),
        RevisionResult.QuotaExceeded quota => new(
            RefusalCode.QuotaExceeded, $"{quota.Weight} leaves of 1 KiB do not fit into the {quota.Reserved} GiB rented."),
        RevisionResult.OutOfSpace => new(RefusalCode.OutOfSpace, "The provider's disk is full."),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "The ledger gave a result that the protocol has no word for."),
    };

    static RevisionMessage MessageOf(StoredRevision revision) => revision.Number == 0
        ? new RevisionMessage(0, revision.DataRoot, revision.Weight)
        : new RevisionMessage(
            revision.Number, revision.DataRoot, revision.Weight,
            Read(revision.ConsumerSignature), Read(revision.ProviderSignature));

    static Signature Read(ReadOnlyMemory<byte> stored) =>
        Signature.TryRead(stored.Span, out var signature) ? signature : throw new InvalidDataException("The ledger holds a signature that is none.");
}

/// <summary>The node's key: it proves, settles and countersigns, and can never move stake or payouts.</summary>
public sealed class OperatorKey(PrivateKey key)
{
    public PrivateKey Key { get; } = key;
}
