using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Agreements;

/// <summary>Draws an epoch's leaves and reads them with their paths (protocol, section 4.1).</summary>
internal sealed class ChallengeAnswerer(StoreDatabase database, FragmentStore fragments, CheckpointSnapshot snapshot)
{
    readonly Dictionary<long, SlotTree> trees = [];
    readonly AnswerWriter answers = new();

    public ChallengeResult Answer(Hash256 seed, Address provider, int count)
    {
        var top = snapshot.Tree.Top;
        for (uint draw = 0; draw < count; draw++)
        {
            var isByLeaf = draw % 2 == 0;
            if (isByLeaf ? top.Weight == 0 : top.Agreements == 0)
                continue;
            var target = Draw(seed, provider, draw);
            var (slot, leaf) = isByLeaf ? LocateLeaf(target) : LocateAgreement(target);
            if (WriteAnswer(slot, leaf) is { } lost)
                return lost;
        }
        return new ChallengeResult.Answered(answers.ToArray());
    }

    (ulong Slot, ulong Leaf) LocateLeaf(byte[] target) =>
        snapshot.Tree.Locate(Mod(target, snapshot.Tree.Top.Weight), node => node.Weight);

    (ulong Slot, ulong Leaf) LocateAgreement(byte[] target)
    {
        var slot = snapshot.Tree.Locate(Mod(target, snapshot.Tree.Top.Agreements), node => node.Agreements).Slot;
        var weight = (ulong)snapshot.MemberAt(slot).Weight;
        return (slot, weight == 0 ? 0 : Mod(SHA256.HashData(target), weight));
    }

    ChallengeResult.LeafLost? WriteAnswer(ulong slot, ulong leafInAgreement)
    {
        answers.WriteInclusion(snapshot, slot);
        var member = snapshot.MemberAt(slot);
        if (member.Weight == 0)
            return null;
        if (!trees.TryGetValue(member.AgreementKey, out var tree))
            {
            tree = database.Read(connection => CurrentTrees.Load(connection, member.AgreementKey, member.Revision));
            trees.Add(member.AgreementKey, tree);
        }
        if (tree.Root != (new Hash256(member.DataRoot), (ulong)member.Weight))
            throw new InvalidDataException($"The slots of agreement {FragmentIndex.FromBlob(member.Agreement)} do not lead to its root.");
        var (fragmentSlot, leaf) = tree.Locate(leafInAgreement, node => node.Weight);
        return WriteLeaf(member, tree, fragmentSlot, leaf);
    }

    ChallengeResult.LeafLost? WriteLeaf(MemberRow member, SlotTree tree, ulong slot, ulong leaf)
    {
        var agreement = FragmentIndex.FromBlob(member.Agreement);
        var root = tree[slot].Hash;
        if (fragments.Open(agreement, root) is not FragmentOpenResult.Found { Reader: var reader })
            return new ChallengeResult.LeafLost(agreement, root, leaf);
        using (reader)
        {
            Span<byte> bytes = stackalloc byte[FragmentBlocks.LeafBytes];
            if (reader.ReadLeaf((long)leaf, bytes, out var siblings) != FragmentReadResult.Complete)
                return new ChallengeResult.LeafLost(agreement, root, leaf);
            var path = siblings.Select(node => new SumNode(node.Hash, (ulong)node.Weight, 0)).Concat(tree.PathOf(slot)).ToList();
            answers.WriteLeaf((slot << siblings.Count) | leaf, path, bytes);
            return null;
        }
    }

    static byte[] Draw(Hash256 seed, Address provider, uint draw)
    {
        Span<byte> preimage = stackalloc byte[Hash256.Size + Address.Size + sizeof(uint)];
        seed.CopyTo(preimage);
        provider.CopyTo(preimage[Hash256.Size..]);
        BinaryPrimitives.WriteUInt32BigEndian(preimage[(Hash256.Size + Address.Size)..], draw);
        return SHA256.HashData(preimage);
    }

    static ulong Mod(ReadOnlySpan<byte> number, ulong modulus) =>
        (ulong)(new BigInteger(number, isUnsigned: true, isBigEndian: true) % modulus);
}
