using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>One step of a revision: a fragment into a free slot, or an occupied slot emptied.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Root">The fragment that goes into it; null empties it.</param>
public readonly record struct SlotChange(ulong Slot, Hash256? Root);

/// <summary>A revision to apply. Both signatures were made over exactly (agreement, number, data root, weight), and checked.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Number">One more than the current revision's.</param>
/// <param name="DataRoot">The agreement tree's root after the changes.</param>
/// <param name="Weight">Its leaves after the changes.</param>
/// <param name="Changes">In order; a slot may be emptied and then filled.</param>
/// <param name="ConsumerSignature">65 bytes.</param>
/// <param name="ProviderSignature">65 bytes, not to be shown to anybody before the revision is <see
/// cref="RevisionResult.Applied"/>.</param>
public sealed record RevisionRequest(
    AgreementId Agreement,
    ulong Number,
    Hash256 DataRoot,
    ulong Weight,
    IReadOnlyList<SlotChange> Changes,
    ReadOnlyMemory<byte> ConsumerSignature,
    ReadOnlyMemory<byte> ProviderSignature);

/// <summary>What became of a revision. All but the first leave everything as it was.</summary>
public abstract record RevisionResult
{
    RevisionResult()
    {
    }

    /// <summary>
    /// Durable, with all fragments it names. Also the answer to the same revision posted again: then with the first signatures.
    /// </summary>
    public sealed record Applied(StoredRevision Revision) : RevisionResult;

    /// <summary>The number does not follow the current revision's.</summary>
    public sealed record Conflict(StoredRevision Current) : RevisionResult;

    /// <summary>The store does not know the agreement.</summary>
    public sealed record UnknownAgreement : RevisionResult;

    /// <summary>The agreement has ended.</summary>
    public sealed record AgreementClosed : RevisionResult;

    /// <summary>A fragment it names is not on stable storage here.</summary>
    public sealed record FragmentNotStored(ulong Slot, Hash256 Root) : RevisionResult;

    /// <summary>A slot it fills is not free.</summary>
    public sealed record SlotOccupied(ulong Slot) : RevisionResult;

    /// <summary>A slot it empties is free.</summary>
    public sealed record SlotEmpty(ulong Slot) : RevisionResult;

    /// <summary>A slot's number is too large.</summary>
    public sealed record SlotOutOfRange(ulong Slot, ulong Maximum) : RevisionResult;

    /// <summary>The changes lead to another root or weight than announced.</summary>
    public sealed record DataRootMismatch(Hash256 ActualRoot, ulong ActualWeight) : RevisionResult;

    /// <summary>It needs more than the reserved space.</summary>
    public sealed record QuotaExceeded(ulong Weight, GiB Reserved) : RevisionResult;

    /// <summary>The disk that holds the index is full.</summary>
    public sealed record OutOfSpace : RevisionResult;
}
