using System.Text.Json.Serialization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Protocol.Transfer;

/// <summary>A provider's answer to <c>GET /v1/status</c>. Nothing in it is signed: the registry on chain is the truth, this is for
/// diagnosis.</summary>
/// <param name="Version">The node's software version.</param>
/// <param name="ChainId">The chain that it follows.</param>
/// <param name="StorageAgreements">The contract that it serves.</param>
/// <param name="Provider">The owner's address.</param>
/// <param name="Operator">The node's key.</param>
/// <param name="FreeBytes">What it could still store.</param>
/// <param name="CheckpointEpoch">When its newest checkpoint was committed, if there is one.</param>
public sealed record StatusMessage(
    string Version, ulong ChainId, Address StorageAgreements, Address Provider, Address Operator, ulong FreeBytes,
        ulong? CheckpointEpoch = null);

/// <summary>A refusal, with a 4xx or 5xx status.</summary>
/// <param name="Code">One of <see cref="RefusalCode"/>'s texts.</param>
/// <param name="Message">For people; at most <see cref="TransferLimits.MaxMessageLength"/> characters.</param>
/// <param name="Current">With <see cref="RefusalCode.RevisionConflict"/>: the agreement's current revision.</param>
public sealed record RefusalMessage(string Code, string Message, RevisionMessage? Current = null);

/// <summary>What became of one uploaded fragment.</summary>
/// <param name="Root">The announced root.</param>
/// <param name="Result"><see cref="RefusalCodes.Stored"/> or a refusal's text.</param>
public sealed record FragmentResult(Hash256 Root, string Result);

/// <summary>What became of the uploaded fragments, in their order.</summary>
public sealed record FragmentResultsMessage(IReadOnlyList<FragmentResult> Results);

/// <summary>One slot that a revision fills (<paramref name="Root"/>) or empties (null).</summary>
public sealed record SlotChange(uint Slot, Hash256? Root);

/// <summary>Asks the provider to agree to the next revision.</summary>
/// <param name="Number">The current number plus one.</param>
/// <param name="DataRoot">The root after the changes.</param>
/// <param name="Weight">The leaves after the changes.</param>
/// <param name="Signature">The data key's over the revision.</param>
/// <param name="Changes">Each slot at most once, at most <see cref="TransferLimits.MaxChangesPerRevision"/>.</param>
public sealed record RevisionRequest(ulong Number, Hash256 DataRoot, ulong Weight, Signature Signature, IReadOnlyList<SlotChange> Changes)
{
    /// <summary>The revision of <paramref name="agreement"/> that is asked for.</summary>
    public Revision RevisionOf(AgreementId agreement) => new(agreement, Number, DataRoot, Weight);
}

/// <summary>The provider's agreement to a revision.</summary>
/// <param name="Signature">The operator key's over the revision.</param>
public sealed record CountersignatureMessage(Signature Signature);

/// <summary>The current revision. Number 0 has no signatures, every other has both.</summary>
/// <param name="Number">The revision's number.</param>
/// <param name="DataRoot">Its root.</param>
/// <param name="Weight">Its leaves.</param>
/// <param name="Signature">The data key's.</param>
/// <param name="Countersignature">The operator key's.</param>
public sealed record RevisionMessage(
    ulong Number, Hash256 DataRoot, ulong Weight, Signature? Signature = null, Signature? Countersignature = null)
{
    /// <summary>The revision of <paramref name="agreement"/> that this is about.</summary>
    public Revision RevisionOf(AgreementId agreement) => new(agreement, Number, DataRoot, Weight);
}

/// <summary>An occupied slot.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Root">The fragment in it.</param>
/// <param name="Leaves">The fragment's leaves.</param>
public sealed record SlotMessage(uint Slot, Hash256 Root, uint Leaves);

/// <summary>Occupied slots, rising, at most <see cref="TransferLimits.MaxSlotsPerAnswer"/>.</summary>
public sealed record SlotsMessage(IReadOnlyList<SlotMessage> Slots);

/// <summary>A checkpoint as it stands on chain.</summary>
public sealed record CheckpointMessage(Hash256 Root, ulong Leaves, uint Agreements);

/// <summary>The agreement's path in the provider's newest checkpoint, or in the one that was asked for.</summary>
/// <param name="Checkpoint">The checkpoint; to be compared with the chain's.</param>
/// <param name="CommittedIn">The epoch in which the newest one was committed; null for another.</param>
/// <param name="Inclusion">Bytes as in section 4.1, up to the end of the top path.</param>
public sealed record InclusionMessage(
    CheckpointMessage Checkpoint, ulong? CommittedIn, [property: JsonConverter(typeof(HexBytesConverter))] byte[] Inclusion);

/// <summary>What is owed for reading since the agreement's opening, signed by the data key.</summary>
/// <param name="Amount">Base units in all.</param>
/// <param name="Signature">Over the <see cref="EgressVoucher"/>.</param>
public sealed record VoucherMessage(TokenAmount Amount, Signature Signature);
