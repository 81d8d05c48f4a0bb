using System.Buffers;
using Marketplace.Chain.Losses;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Agreements;

/// <summary>Answers an epoch's draws from a checkpoint.</summary>
internal sealed class ChallengeAnswerer(
    StoreDatabase database, FragmentStore fragments, CheckpointSnapshot snapshot, IReadOnlySet<LostNode> exempt)
{
    readonly LeafReader leaves = new(fragments, exempt);
    readonly ArrayBufferWriter<byte> answers = new();

    public ChallengeResult Answer(Digest seed, ProviderId provider, uint challenges)
    {
        foreach (var draw in ChallengeDraw.All(seed, provider, snapshot.Tree.Checkpoint, challenges))
        {
            if (draw.Kind == DrawKind.Void)
                continue;
            var (slot, leaf) = Locate(draw);
            var inclusion = snapshot.InclusionOf(slot);
            ShownNode? shown = null;
            if (inclusion.Contents.Weight > 0)
            {
                var member = snapshot.MemberAt(slot);
                var revision = Retained(member, inclusion.Contents);
                switch (leaves.Read(database.Read(connection => LeafPlace.Find(connection, revision, leaf))))
                {
                    case LeafReading.Shown found:
                        shown = found.Node;
                        break;
                    case LeafReading.Lost lost:
                        return new ChallengeResult.LeafLost(inclusion.Contents.Id, lost.Fragment, lost.Leaf);
                }
            }
            new ChallengeAnswer(inclusion, shown).WriteTo(answers);
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

    static RetainedRevision Retained(MemberRow member, AgreementContents contents) =>
        new(member.AgreementKey, contents.Id, member.Revision, new SumNode(contents.DataRoot, contents.Weight));
}
