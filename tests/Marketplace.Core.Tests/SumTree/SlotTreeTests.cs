using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Tests.SumTree;

public sealed class SlotTreeTests
{
    static SumNode Fragment(int number) => new(Digest.Of(BitConverter.GetBytes(number)), (ulong)(number % 7 + 1));

    static SumNode Expected(IReadOnlyDictionary<uint, SumNode> slots) =>
        slots.Count == 0 ? SumNode.Empty : PlainTree.Root([.. Enumerable.Range(0, (int)slots.Keys.Max() + 1).Select(i => slots.GetValueOrDefault((uint)i))]);

    [Fact]
    public void Root_AfterAnyChanges_IsAFunctionOfTheContents() =>
        Prop.ForAll(
            Gen.Choose(0, 70).SelectMany(slot => Gen.Choose(0, 3), (slot, kind) => (Slot: (uint)slot, Kind: kind)).ListOf().ToArbitrary(),
            changes =>
            {
                var tree = new AgreementTree();
                var model = new SortedDictionary<uint, SumNode>();
                for (var i = 0; i < changes.Count; i++)
                    Change(tree, model, changes[i].Slot, changes[i].Kind == 0 ? SumNode.Empty : Fragment(i));
                AssertSame(model, tree);
                AssertSame(model, AgreementTree.Load(model.Reverse()));
            }).QuickCheckThrowOnFailure();

    static void Change(AgreementTree tree, SortedDictionary<uint, SumNode> model, uint slot, SumNode fragment)
    {
        if (fragment.IsEmpty)
        {
            tree.Clear(slot);
            model.Remove(slot);
            return;
        }
        tree.Set(slot, fragment);
        model[slot] = fragment;
    }

    static void AssertSame(SortedDictionary<uint, SumNode> model, AgreementTree tree)
    {
        Assert.Equal(Expected(model), tree.Root);
        Assert.Equal((ulong)model.Count, tree.Count);
        Assert.Equal(model, tree.Occupied());
        Assert.Equal(model.Where(pair => pair.Key >= 9), tree.Occupied(9));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (uint)i).Where(slot => !model.ContainsKey(slot)).Take(40), tree.LowestFreeSlots().Take(40));
        var before = 0UL;
        foreach (var (slot, fragment) in model)
        {
            Assert.True(tree.PathOf(slot).TryClimb(fragment, out var root, out var left));
            Assert.Equal((tree.Root, before), (root, left));
            Assert.Equal((slot, 0UL), tree.LocateLeaf(before));
            before += fragment.Weight;
            Assert.Equal((slot, fragment.Weight - 1), tree.LocateLeaf(before - 1));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.LocateLeaf(before));
    }

    [Fact]
    public void Apply_ManyChangesAtOnce_EqualsOneByOne()
    {
        var (one, many) = (new AgreementTree(), new AgreementTree());
        var changes = Enumerable.Range(0, 300).Select(i => KeyValuePair.Create((uint)(i * 37 % 101), i % 5 == 0 ? SumNode.Empty : Fragment(i))).ToList();
        foreach (var (slot, fragment) in changes)
        {
            if (fragment.IsEmpty)
                one.Clear(slot);
            else
                one.Set(slot, fragment);
        }
        many.Apply(changes);
        Assert.Equal((one.Root, one.Count), (many.Root, many.Count));
        Assert.Equal(one.LowestFreeSlots().Take(9), many.LowestFreeSlots().Take(9));
    }

    [Fact]
    public void Capacity_FollowsTheHighestOccupiedSlot()
    {
        var tree = new AgreementTree();
        tree.Set(0, Fragment(1));
        Assert.Equal((0, Fragment(1)), (tree.Depth, tree.Root));
        tree.Set(uint.MaxValue, Fragment(2));
        Assert.Equal(32, tree.Depth);
        Assert.Equal([0U, uint.MaxValue], tree.Occupied().Select(pair => pair.Key));
        Assert.True(tree.PathOf(uint.MaxValue).TryClimb(Fragment(2), out var root, out _));
        Assert.Equal(tree.Root, root);
        tree.Clear(uint.MaxValue);
        Assert.Equal((0, Fragment(1)), (tree.Depth, tree.Root));
        tree.Clear(0);
        Assert.Equal(SumNode.Empty, tree.Root);
    }

    [Fact]
    public void Set_WithAFragmentWithoutLeaves_IsRefused()
    {
        var tree = new AgreementTree();
        Assert.Throws<ArgumentException>(() => tree.Set(0, SumNode.Empty));
        Assert.Throws<ArgumentException>(() => tree.Apply([new(0, new SumNode(Digest.Of("x"u8), 0))]));
        Assert.Throws<ArgumentException>(() => tree.PathOf(3));
    }

    [Fact]
    public void ProviderTree_WithEmptyAndFullAgreements_LocatesByLeafAndByNumber()
    {
        var tree = new ProviderTree();
        var agreements = Enumerable.Range(0, 21).Select(i => new AgreementContents(new AgreementId((UInt128)i + 1), 1, Digest.Of([(byte)i]), (ulong)(i % 3 * 5))).ToList();
        for (var i = 0; i < agreements.Count; i++)
            tree.Set((uint)(i * 3), agreements[i]);
        Assert.Equal(PlainTree.Root([.. Enumerable.Range(0, 61).Select(i => i % 3 == 0 ? agreements[i / 3].ToNode() : TopNode.Empty)]), tree.Root);
        var before = 0UL;
        for (var i = 0; i < agreements.Count; i++)
        {
            Assert.Equal((uint)(i * 3), tree.LocateAgreement((uint)i));
            Assert.True(tree.PathOf((uint)(i * 3)).TryClimb(agreements[i].ToNode(), out var root, out var leaves, out var count));
            Assert.Equal((tree.Root, before, (uint)i), (root, leaves, count));
            if (agreements[i].Weight > 0)
                Assert.Equal(((uint)(i * 3), 2UL), tree.LocateLeaf(before + 2));
            before += agreements[i].Weight;
        }
        for (var i = 0; i < agreements.Count; i++)
            tree.Clear((uint)(i * 3));
        Assert.Equal(default, tree.Checkpoint);
    }

    [Fact]
    public void Load_OfAMillionSlots_TakesLittleMemory()
    {
        var slots = Enumerable.Range(0, 1_000_000).Select(i => KeyValuePair.Create((uint)i, new SumNode(Digest.Zero, 1024))).ToList();
        // What this thread allocates does not depend on the tests that run beside it; growing arrays count too.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tree = AgreementTree.Load(slots);
        Assert.Equal(20, tree.Depth);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 260L << 20);
    }
}
