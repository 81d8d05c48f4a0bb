using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>What the chain says of an agreement, as far as the store needs it.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="DataKey">The address of the consumer's current data key.</param>
/// <param name="Reserved">Space reserved.</param>
/// <param name="Start">First epoch.</param>
/// <param name="End">First epoch after the term.</param>
public sealed record AgreementTerms(AgreementId Id, Address DataKey, GiB Reserved, Epoch Start, Epoch End);

/// <summary>A revision that both sides signed; number 0 is the empty agreement, and its signatures are zeros.</summary>
/// <param name="Number">Counts up by one.</param>
/// <param name="DataRoot">The agreement tree's root.</param>
/// <param name="Weight">Its leaves.</param>
/// <param name="ConsumerSignature">65 bytes.</param>
/// <param name="ProviderSignature">65 bytes.</param>
public sealed record StoredRevision(
    ulong Number, Hash256 DataRoot, ulong Weight, ReadOnlyMemory<byte> ConsumerSignature, ReadOnlyMemory<byte> ProviderSignature);

/// <summary>An agreement in the store.</summary>
/// <param name="Terms">What the chain says.</param>
/// <param name="Closed">It has ended here: nothing is accepted, and it is left out of further checkpoints.</param>
/// <param name="Revision">The newest revision.</param>
/// <param name="StagedLeaves">Leaves uploaded that no revision names.</param>
public sealed record StoredAgreement(AgreementTerms Terms, bool Closed, StoredRevision Revision, ulong StagedLeaves);

/// <summary>An occupied slot.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Root">The fragment's root.</param>
/// <param name="Leaves">The fragment's leaves.</param>
public sealed record OccupiedSlot(ulong Slot, Hash256 Root, ulong Leaves);

/// <summary>The newest catalog record of an agreement's consumer, as the consumer signed it.</summary>
/// <param name="Sequence">The highest wins.</param>
/// <param name="Signature">65 bytes.</param>
/// <param name="Payload">At most 64 KiB.</param>
public sealed record CatalogRecord(ulong Sequence, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Payload);
