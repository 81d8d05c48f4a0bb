using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>Applies revisions inside the writer's transactions.</summary>
internal static class RevisionWriter
{
    const ulong FreelyUsedSlots = 1 << 16;

    public static RevisionResult Apply(WriteScope scope, RevisionRequest request)
    {
        var connection = scope.Connection;
        if (AgreementIndex.Find(connection, request.Agreement) is not { } row)
            return new RevisionResult.UnknownAgreement();
        var current = row.ToRevision();
        if (IsRepeated(current, request))
            return new RevisionResult.Applied(current);
        if (row.Closed != 0)
            return new RevisionResult.AgreementClosed();
        if (request.Number != current.Number + 1)
            return new RevisionResult.Conflict(current);
        var reserved = new GiB((ulong)row.Gib);
        if (request.Weight > reserved.Value * GiB.Leaves)
            return new RevisionResult.QuotaExceeded(request.Weight, reserved);
        var tree = TreeIndex.Open(connection, row.Key, row.Number);
        if (tree.Root != new SumNode(current.DataRoot.ToDigest(), current.Weight))
            throw new InvalidDataException($"The slots of agreement {request.Agreement} do not lead to its root: the store's index is damaged.");
        if (Plan(connection, row, tree, request, HighestSlot(row, reserved, request), out var plan) is { } refusal)
            return refusal;
        var nodes = tree.Apply(plan.Select(entry => KeyValuePair.Create((uint)entry.Key, entry.Value.NodeAfter)));
        var (root, weight) = (tree.Root.Hash.ToHash256(), tree.Root.Weight);
        return root == request.DataRoot && weight == request.Weight
            ? Persist(connection, row, request, plan, nodes)
            : new RevisionResult.DataRootMismatch(root, weight);
    }

    /// <summary>The signatures may differ in their random part; what was signed is the same.</summary>
    static bool IsRepeated(StoredRevision current, RevisionRequest request) =>
        current.Number > 0 && (current.Number, current.DataRoot, current.Weight) == (request.Number, request.DataRoot, request.Weight);

    /// <summary>
    /// Slots far apart cost the node more inner nodes than their fragments weigh, so they must stay close: the first 65,536 are free to
    /// use, beyond them a quarter must be occupied. No agreement has more slots than leaves.
    /// </summary>
    static ulong HighestSlot(AgreementRow row, GiB reserved, RevisionRequest request)
    {
        var close = FreelyUsedSlots + 4 * ((ulong)row.Occupied + (ulong)request.Changes.Count);
        return Math.Min(Math.Min(close, reserved.Value * GiB.Leaves), uint.MaxValue) - 1;
    }

    /// <summary>Checks the changes one after the other.</summary>
    static RevisionResult? Plan(
        SqliteConnection connection, AgreementRow row, PagedTree tree, RevisionRequest request, ulong maximum, out Dictionary<ulong, SlotPlan> plan)
    {
        plan = new Dictionary<ulong, SlotPlan>(request.Changes.Count);
        var fragments = new FragmentFinder(connection, row.Key);
        foreach (var (slot, root) in request.Changes)
        {
            if (root is not null && slot > maximum)
                return new RevisionResult.SlotOutOfRange(slot, maximum);
            if (!plan.TryGetValue(slot, out var planned))
            {
                var occupant = slot > uint.MaxValue ? SumNode.Empty : tree[(uint)slot];
                planned = new SlotPlan(occupant, occupant, null);
            }
            if (root is null && planned.NodeAfter.IsEmpty)
                return new RevisionResult.SlotEmpty(slot);
            if (root is not null && !planned.NodeAfter.IsEmpty)
                return new RevisionResult.SlotOccupied(slot);
            var after = root is null ? null : fragments.Find(root.Value.ToArray());
            if (root is not null && after is null)
                return new RevisionResult.FragmentNotStored(slot, root.Value);
            plan[slot] = new SlotPlan(planned.Before, after?.ToNode() ?? SumNode.Empty, after);
        }
        return null;
    }

    static RevisionResult.Applied Persist(
        SqliteConnection connection, AgreementRow row, RevisionRequest request, Dictionary<ulong, SlotPlan> plan, IReadOnlyList<KeptNode> nodes)
    {
        var revision = new StoredRevision(
            request.Number, request.DataRoot, request.Weight, request.ConsumerSignature.ToArray(), request.ProviderSignature.ToArray());
        var changed = plan.Where(entry => entry.Value.Before != entry.Value.NodeAfter).OrderBy(entry => entry.Key).ToList();
        foreach (var (slot, _) in changed.Where(entry => !entry.Value.Before.IsEmpty))
            AgreementIndex.EmptySlot(connection, row.Key, (long)slot, (long)request.Number);
        var filled = changed.Where(entry => entry.Value.Filler is not null).Select(entry => ((long)entry.Key, entry.Value.Filler!)).ToList();
        foreach (var run in SlotRun.Of(filled.Select(fill => (fill.Item1, fill.Item2.Id))))
            AgreementIndex.FillSlots(connection, row.Key, (long)request.Number, run);
        var unstaged = filled.Where(fill => fill.Item2.Refs == 0).DistinctBy(fill => fill.Item2.Id).Sum(fill => fill.Item2.Leaves);
        FragmentIndex.AddStaged(connection, row.Key, -unstaged);
        var lastKept = AgreementIndex.LastCheckpointed(connection, row.Key);
        foreach (var node in nodes)
            TreeIndex.Put(connection, row.Key, (long)request.Number, lastKept, node);
        AgreementIndex.AddOccupied(connection, row.Key, plan.Values.Sum(planned => (planned.NodeAfter.IsEmpty ? 0 : 1) - (planned.Before.IsEmpty ? 0 : 1)));
        AgreementIndex.InsertRevision(connection, row.Key, revision);
        return new RevisionResult.Applied(revision);
    }

    /// <summary>A slot before and after a revision.</summary>
    /// <param name="Before">What it held.</param>
    /// <param name="NodeAfter">What it holds then.</param>
    /// <param name="Filler">The fragment that fills it; null if the revision leaves it empty.</param>
    readonly record struct SlotPlan(SumNode Before, SumNode NodeAfter, FragmentRow? Filler);
}
