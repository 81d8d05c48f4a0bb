using System.Buffers;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Agreements;

/// <summary>Reads an epoch's drawn leaves with their paths.</summary>
internal sealed class ChallengeAnswerer(StoreDatabase database, FragmentStore fragments, CheckpointSnapshot snapshot)
{
    readonly Dictionary<long, AgreementTree> trees = [];
    readonly ArrayBufferWriter<byte> answers = new();

    public ChallengeResult Answer(Digest seed, ProviderId provider, uint challenges)
    {
        foreach (var draw in ChallengeDraw.All(seed, provider, snapshot.Tree.Checkpoint, challenges))
        {
            if (draw.Kind == DrawKind.Void)
                continue;
            var (slot, leaf) = Locate(draw);
            var inclusion = snapshot.InclusionOf(slot);
            ShownNode? proof = null;
            if (inclusion.Contents.Weight > 0 && TryReadLeaf(snapshot.MemberAt(slot), leaf, out proof) is { } lost)
                return lost;
            new ChallengeAnswer(inclusion, proof).WriteTo(answers);
        }
        return new ChallengeResult.Answered(answers.WrittenSpan.ToArray());
    }

    (uint Slot, ulong Leaf) Locate(ChallengeDraw draw)
    {
        if (draw.Kind == DrawKind.Leaf)
            return snapshot.Tree.LocateLeaf(draw.Position);
        var slot = snapshot.Tree.LocateAgreement((uint)draw.Position);
        var weight = (ulong)snapshot.MemberAt(slot).Weight;
        return (slot, weight == 0 ? 0 : draw.LeafWithin(weight));
    }

    ChallengeResult.LeafLost? TryReadLeaf(MemberRow member, ulong leafInAgreement, out ShownNode? proof)
    {
        var tree = TreeOf(member);
        var (slot, leaf) = tree.LocateLeaf(leafInAgreement);
        var (agreement, root) = (FragmentIndex.FromBlob(member.Agreement), tree[slot].Hash.ToHash256());
        proof = null;
        if (fragments.Open(agreement, root) is not FragmentOpenResult.Found { Reader: var reader })
            return new ChallengeResult.LeafLost(agreement, root, leaf);
        using (reader)
        {
            var bytes = new byte[FragmentBlocks.LeafBytes];
            if (reader.ReadLeaf((long)leaf, bytes, out var siblings) != FragmentReadResult.Complete)
                return new ChallengeResult.LeafLost(agreement, root, leaf);
            var path = new SumPath(leaf, [.. siblings.Select(node => new SumNode(node.Hash.ToDigest(), (ulong)node.Weight))]);
            proof = new LeafProof(path.Then(tree.PathOf(slot)), bytes);
            return null;
        }
    }

    AgreementTree TreeOf(MemberRow member)
    {
        if (trees.TryGetValue(member.AgreementKey, out var known))
            return known;
        var tree = database.Read(connection => CurrentTrees.Load(connection, member.AgreementKey, member.Revision));
        if (tree.Root != new SumNode(new Digest(member.DataRoot), (ulong)member.Weight))
            throw new InvalidDataException($"The slots of agreement {FragmentIndex.FromBlob(member.Agreement)} do not lead to its root.");
        trees.Add(member.AgreementKey, tree);
        return tree;
    }
}
