using Marketplace.Core.Primitives;
using Marketplace.Provider.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>A checkpoint's top tree and members as they were when it was built.</summary>
internal sealed class CheckpointSnapshot
{
    readonly Dictionary<ulong, MemberRow> members;

    CheckpointSnapshot(Dictionary<ulong, MemberRow> members)
    {
        this.members = members;
        foreach (var (slot, member) in members)
            Tree.Set(slot, member.ToNode());
    }

    public SlotTree Tree { get; } = new(SumNode.Top);

    /// <summary>Null if the checkpoint is unknown or forgotten.</summary>
    /// <exception cref="InvalidDataException">The rebuilt tree is not the one that was committed: the index is damaged.</exception>
    public static CheckpointSnapshot? Load(SqliteConnection connection, ulong sequence)
    {
        if (CheckpointIndex.Find(connection, sequence) is not { } checkpoint)
            return null;
        var snapshot = new CheckpointSnapshot(CheckpointIndex.MembersOf(connection, sequence).ToDictionary(row => (ulong)row.Slot));
        var top = snapshot.Tree.Top;
        return (top.Hash, top.Weight, top.Agreements) == (checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements)
            ? snapshot
            : throw new InvalidDataException(
                $"The members of checkpoint {sequence} do not lead to its root: the store's index is damaged.");
    }

    public MemberRow MemberAt(ulong slot) => members[slot];

    public ulong? SlotOf(AgreementId agreement)
    {
        foreach (var (slot, member) in members)
        {
            if (FragmentIndex.FromBlob(member.Agreement) == agreement)
                return slot;
        }
        return null;
    }
}
