using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Content;

/// <summary>Core's trees in the words of the protocol's messages.</summary>
public static class Roots
{
    /// <summary>The root of a fragment.</summary>
    public static Hash256 OfFragment(ReadOnlySpan<byte> fragment) => FragmentTree.ComputeRoot(fragment).Hash.ToHash256();

    /// <summary>The root and weight of an agreement with these slots.</summary>
    public static (Hash256 Root, ulong Weight) OfAgreement(IEnumerable<(uint Slot, Hash256 Root, uint Leaves)> slots)
    {
        var root = AgreementTree.Load(
            slots.Select(slot => KeyValuePair.Create(slot.Slot, new SumNode(slot.Root.ToDigest(), slot.Leaves)))).Root;
        return (root.Hash.ToHash256(), root.Weight);
    }

    /// <summary>Whether leaves from <paramref name="first"/> on are those of the fragment.</summary>
    public static bool AreLeavesOf(Hash256 root, uint leaves, uint first, ReadOnlySpan<byte> bytes, IReadOnlyList<Hash256> hashes) =>
        RangeProof.Verify(root.ToDigest(), leaves, first, bytes, [.. hashes.Select(hash => hash.ToDigest())]);

    /// <summary>The same 32 bytes.</summary>
    public static Hash256 ToHash256(this Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return new Hash256(bytes);
    }

    /// <summary>The same 32 bytes.</summary>
    public static Digest ToDigest(this Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        return new Digest(bytes);
    }
}
