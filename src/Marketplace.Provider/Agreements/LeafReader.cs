using Marketplace.Chain.Losses;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>A revision whose slots are retained.</summary>
/// <param name="Key">The agreement's row.</param>
/// <param name="Agreement">The agreement.</param>
/// <param name="Number">The revision's.</param>
/// <param name="Root">What it leads to.</param>
internal sealed record RetainedRevision(long Key, AgreementId Agreement, long Number, SumNode Root);

/// <summary>What became of an attempt to show a leaf.</summary>
internal abstract record LeafReading
{
    LeafReading()
    {
    }

    /// <summary>The leaf, or the declared fragment that it lies in.</summary>
    public sealed record Shown(ShownNode Node) : LeafReading;

    /// <summary>The disk does not return the leaf, and its fragment has to be shown.</summary>
    public sealed record Lost(Hash256 Fragment, ulong Leaf) : LeafReading;
}

/// <summary>A leaf's place: the fragment that holds it, and the path from there to its revision's root.</summary>
internal sealed record LeafPlace(RetainedRevision Revision, SumNode Fragment, ulong Leaf, SumPath Path)
{
    /// <summary>Finds a leaf of a revision in a snapshot.</summary>
    /// <exception cref="InvalidDataException">The retained slots do not lead to the revision's root: the index is damaged.</exception>
    public static LeafPlace Find(SqliteConnection connection, RetainedRevision revision, ulong leafInAgreement)
    {
        var tree = TreeIndex.Open(connection, revision.Key, revision.Number);
        if (tree.Root != revision.Root)
            throw new InvalidDataException($"The slots of agreement {revision.Agreement} do not lead to its root.");
        var (slot, leaf) = tree.LocateLeaf(leafInAgreement);
        return new LeafPlace(revision, tree[slot], leaf, tree.PathOf(slot));
    }
}

/// <summary>Reads leaves of agreements with their paths.</summary>
internal sealed class LeafReader(FragmentStore fragments, IReadOnlySet<LostNode> exempt)
{
    public LeafReading Read(LeafPlace place)
    {
        var (revision, root) = (place.Revision, place.Fragment);
        if (TryRead(revision.Agreement, root.Hash.ToHash256(), place.Leaf) is { } proof)
            return new LeafReading.Shown(proof with { Path = proof.Path.Then(place.Path) });
        var node = new LostNode(revision.Agreement, (ulong)revision.Number, root.Hash.ToHash256(), root.Weight);
        return exempt.Contains(node)
            ? new LeafReading.Shown(new DeclaredProof(place.Path, root))
            : new LeafReading.Lost(node.Node, place.Leaf);
    }

    LeafProof? TryRead(AgreementId agreement, Hash256 root, ulong leaf)
    {
        if (fragments.Open(agreement, root) is not FragmentOpenResult.Found { Reader: var reader })
            return null;
        using (reader)
        {
            var bytes = new byte[FragmentBlocks.LeafBytes];
            if (reader.ReadLeaf((long)leaf, bytes, out var siblings) != FragmentReadResult.Complete)
                return null;
            return new LeafProof(
                new SumPath(leaf, [.. siblings.Select(node => new SumNode(node.Hash.ToDigest(), (ulong)node.Weight))]), bytes);
        }
    }
}
