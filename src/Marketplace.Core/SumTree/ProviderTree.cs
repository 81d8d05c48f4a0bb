namespace Marketplace.Core.SumTree;

/// <summary>
/// All agreements of one provider in numbered slots (protocol, section 4): what a checkpoint commits to. An agreement in which nothing is
/// stored yet is a member too. Slots must be given in the order of the agreements' numbers: a chain refuses members that stand elsewhere.
/// Not thread-safe.
/// </summary>
public sealed class ProviderTree
{
    readonly SlotTree<TopNode> slots = new();

    /// <summary>The provider's root; EMPTY without any agreement.</summary>
    public TopNode Root => slots.Root;

    /// <summary>What the provider commits on chain.</summary>
    public Checkpoint Checkpoint => new(Root.Hash, Root.Weight, Root.Agreements);

    /// <summary>Levels above the slots.</summary>
    public int Depth => slots.Depth;

    /// <summary>A slot's agreement, or EMPTY.</summary>
    public TopNode this[uint slot] => slots[slot];

    /// <summary>A tree over many agreements.</summary>
    public static ProviderTree Load(IEnumerable<KeyValuePair<uint, AgreementContents>> agreements)
    {
        var tree = new ProviderTree();
        tree.Apply(agreements);
        return tree;
    }

    /// <summary>Puts an agreement into a slot, whatever was there.</summary>
    public void Set(uint slot, AgreementContents agreement) => slots.Set(slot, agreement.ToNode());

    /// <summary>Empties a slot.</summary>
    public void Clear(uint slot) => slots.Set(slot, TopNode.Empty);

    /// <summary>Fills many slots at once. The last change of a slot holds.</summary>
    /// <exception cref="OverflowException">The leaves exceed 64 bits; the tree is unusable afterwards.</exception>
    public void Apply(IEnumerable<KeyValuePair<uint, AgreementContents>> changes) =>
        slots.Apply(changes.Select(change => KeyValuePair.Create(change.Key, change.Value.ToNode())));

    /// <summary>The path from an occupied slot to the root.</summary>
    /// <exception cref="ArgumentException">The slot is empty.</exception>
    public TopPath PathOf(uint slot)
    {
        if (slots[slot].IsEmpty)
            throw new ArgumentException($"Slot {slot} is empty.", nameof(slot));
        return new TopPath(slot, slots.SiblingsOf(slot));
    }

    /// <summary>The slot of the agreement that holds a leaf of the provider, and the leaf's number in the agreement.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The provider has no such leaf.</exception>
    public (uint Slot, ulong Leaf) LocateLeaf(ulong leaf) => slots.Locate(leaf, node => node.Weight);

    /// <summary>The slot of the agreement with a number, counted from the left over occupied slots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer agreements.</exception>
    public uint LocateAgreement(uint number) => slots.Locate(number, node => node.Agreements).Slot;

    /// <summary>Empty slots in ascending order, without end (up to 2^32-1); the tree must not change while they are enumerated.</summary>
    public IEnumerable<uint> LowestFreeSlots() => slots.LowestFree();
}
