using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Tests.Fragments;

namespace Marketplace.Provider.Tests.Agreements;

/// <summary>A consumer's own view of its agreement, with the tree computed the slow and obvious way.</summary>
internal sealed class TestAgreement(AgreementId id)
{
    public AgreementId Id { get; } = id;

    public ulong Number { get; private set; }

    public SortedDictionary<ulong, TestFragment> Slots { get; private set; } = [];

    public ulong Weight => Slots.Values.Aggregate(0UL, (sum, fragment) => sum + fragment.Leaves);

    public Hash256 DataRoot
    {
        get
        {
            if (Slots.Count == 0)
                return Hash256.Zero;
            var capacity = 1UL;
            while (capacity <= Slots.Keys.Max())
                capacity *= 2;
            return new Hash256(Node(0, capacity).Hash);
        }
    }

    public TestAgreement With((ulong Slot, TestFragment? Fragment)[] changes)
    {
        var next = new TestAgreement(Id) { Number = Number + 1, Slots = new SortedDictionary<ulong, TestFragment>(Slots) };
        foreach (var (slot, fragment) in changes)
        {
            if (fragment is null)
                next.Slots.Remove(slot);
            else
                next.Slots[slot] = fragment;
        }
        return next;
    }

    public void Become(TestAgreement next) => (Number, Slots) = (next.Number, next.Slots);

    public RevisionRequest Request((ulong Slot, TestFragment? Fragment)[] changes) => new(
        Id, Number, DataRoot, Weight, changes.Select(change => new SlotChange(change.Slot, change.Fragment?.Root)).ToList(),
            Signature(1), Signature(2));

    public byte[] Signature(byte party)
    {
        var signature = new byte[65];
        signature[0] = party;
        signature[64] = (byte)Number;
        return signature;
    }

    (byte[] Hash, ulong Weight) Node(ulong from, ulong count)
    {
        if (count == 1)
            return Slots.TryGetValue(from, out var fragment) ? (fragment.Root.ToArray(), fragment.Leaves) : (new byte[32], 0);
        var (left, right) = (Node(from, count / 2), Node(from + count / 2, count / 2));
        return (TestFragment.Inner(left, right), left.Weight + right.Weight);
    }
}
