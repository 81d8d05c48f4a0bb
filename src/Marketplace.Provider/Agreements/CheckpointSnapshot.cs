using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>A checkpoint's top tree and members as they were when it was built.</summary>
internal sealed class CheckpointSnapshot
{
    readonly Dictionary<uint, MemberRow> members;

    CheckpointSnapshot(ulong sequence, Dictionary<uint, MemberRow> members)
    {
        Sequence = sequence;
        this.members = members;
        Tree = ProviderTree.Load(members.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToContents())));
    }

    public ulong Sequence { get; }

    public ProviderTree Tree { get; }

    /// <summary>Null if the checkpoint is unknown or forgotten.</summary>
    /// <exception cref="InvalidDataException">The rebuilt tree is not the one that was committed: the index is damaged.</exception>
    public static CheckpointSnapshot? Load(SqliteConnection connection, ulong sequence)
    {
        if (CheckpointIndex.Find(connection, sequence) is not { } checkpoint)
            return null;
        var snapshot = new CheckpointSnapshot(
            sequence, CheckpointIndex.MembersOf(connection, sequence).ToDictionary(row => (uint)row.Slot));
        return snapshot.Tree.Checkpoint == new Checkpoint(checkpoint.Root.ToDigest(), checkpoint.Leaves, checkpoint.Agreements)
            ? snapshot
            : throw new InvalidDataException(
                $"The members of checkpoint {sequence} do not lead to its root: the store's index is damaged.");
    }

    public MemberRow MemberAt(uint slot) => members[slot];

    public InclusionProof InclusionOf(uint slot) =>
        new(members[slot].ToContents(), members[slot].ConsumerSignature, Tree.PathOf(slot));

    public uint? SlotOf(AgreementId agreement)
    {
        foreach (var (slot, member) in members)
        {
            if (FragmentIndex.FromBlob(member.Agreement) == agreement)
                return slot;
        }
        return null;
    }
}
