using System.Buffers.Binary;
using Marketplace.Client.Content;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

/// <summary>A number that the catalog gives a version of an object; never used twice.</summary>
public readonly record struct VersionId(long Value);

/// <summary>How far a version has come.</summary>
public enum VersionState
{
    /// <summary>All fragments are at their providers; their countersignatures are being collected. Not listed.</summary>
    Committing = 1,

    /// <summary>Whole and countersigned.</summary>
    Live = 2,

    /// <summary>
    /// Replaced, removed or given up. Of what was removed or given up the slots are garbage until a revision clears them; what was replaced keeps
    /// its slots until a catalog that does without it is with the providers.
    /// </summary>
    Deleted = 3,

    /// <summary>
    /// An earlier version of an object, or the last one of an object that was removed: whole, and kept for restoring until it is pruned.
    /// </summary>
    Kept = 4,
}

/// <summary>A version of an object.</summary>
/// <param name="Id">Its number in the catalog.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Number">Counts the object's versions from 1.</param>
/// <param name="State">How far it has come.</param>
/// <param name="IsHidden">Whether it is the catalog's own snapshot.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Created">When the upload was finished.</param>
/// <param name="Manifest">The signed manifest's bytes.</param>
public sealed record StoredVersion(
    VersionId Id, ObjectName Name, ulong Number, VersionState State, bool IsHidden, long Size, DateTimeOffset Created, byte[] Manifest)
{
    /// <summary>Since when it is kept; of a live version, when it was restored, and null if it never was anything else.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>An object as lists show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Of its live version; counts the object's versions from 1.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Created">When the upload was finished.</param>
public sealed record ObjectSummary(ObjectName Name, ulong Number, long Size, DateTimeOffset Created)
{
    /// <summary>Its live version.</summary>
    public VersionId Version { get; init; }

    /// <summary>What the user calls it beside its name, sorted.</summary>
    public TagSet Tags { get; init; } = TagSet.None;
}

/// <summary>An agreement that the vault's data key is for, with its newest countersigned contents.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="Space">What is rented.</param>
/// <param name="End">The epoch after the last one paid for.</param>
/// <param name="Revision">The contents that both sides signed.</param>
/// <param name="ConsumerSignature">Null for revision 0.</param>
/// <param name="ProviderSignature">Null for revision 0.</param>
public sealed record RentedAgreement(
    AgreementId Id, Address Provider, GiB Space, Epoch End, Revision Revision, Signature? ConsumerSignature, Signature? ProviderSignature)
{
    /// <summary>Whether more may be stored in it, as the chain said last: not once it is ended early.</summary>
    public bool TakesData { get; init; } = true;

    /// <summary>Leaves that the rented space holds.</summary>
    public ulong Capacity => Space.Value * GiB.Leaves;

    /// <summary>Leaves that it can still take.</summary>
    public ulong FreeLeaves => Capacity - Math.Min(Capacity, Revision.Weight);
}

/// <summary>An occupied slot of an agreement.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Root">The fragment in it.</param>
/// <param name="Leaves">The fragment's leaves.</param>
/// <param name="Version">Whose fragment it is; null when it belongs to nothing that the catalog knows.</param>
/// <param name="IsUnclaimed">Without a version: found at the provider, and perhaps of a change that another copy of the catalog made.</param>
public sealed record StoredSlot(uint Slot, Hash256 Root, uint Leaves, VersionId? Version, bool IsUnclaimed = false);

/// <summary>A slot with what lies in it, as a catalog's snapshot names its garbage.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Slot">The slot.</param>
/// <param name="RootStart">The first eight bytes of the fragment's root: enough to tell it from what another change put there.</param>
public readonly record struct GarbageSlot(AgreementId Agreement, uint Slot, ulong RootStart)
{
    /// <summary>The slot with that fragment in it.</summary>
    public static GarbageSlot Of(AgreementId agreement, uint slot, Hash256 root) =>
        new(agreement, slot, BinaryPrimitives.ReadUInt64BigEndian(root.ToArray()));
}

/// <summary>One change of a revision that is being agreed on.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Root">What fills it; null empties it.</param>
/// <param name="Leaves">The fragment's leaves; 0 when it is emptied.</param>
/// <param name="Version">The upload that the fragment belongs to; null when that was given up, or the slot is emptied.</param>
public sealed record PendingChange(uint Slot, Hash256? Root, uint Leaves, VersionId? Version)
{
    /// <summary>The slot in the agreement's tree afterwards.</summary>
    public SumNode ToNode() => Root is { } root ? new SumNode(root.ToDigest(), Leaves) : SumNode.Empty;
}

/// <summary>
/// A revision that is signed and may have reached the provider. It is written down before it is sent; until it is settled nothing else is
/// signed for
/// the agreement, so that there are never two signed revisions with one number that a provider could choose between.
/// </summary>
/// <param name="Revision">The next contents.</param>
/// <param name="Signature">The data key's.</param>
/// <param name="Changes">What leads to it from the current contents; they may belong to several uploads.</param>
public sealed record PendingRevision(Revision Revision, Signature Signature, IReadOnlyList<PendingChange> Changes);
