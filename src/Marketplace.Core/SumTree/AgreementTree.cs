namespace Marketplace.Core.SumTree;

/// <summary>
/// The fragments of one agreement in numbered slots (protocol, section 4). The root depends on the occupied slots alone, not on how they
/// came about; with no slot occupied it is EMPTY. Slots lie best close together: whoever takes their numbers from others bounds them, by
/// the agreement's leaves for instance. Not thread-safe.
/// </summary>
public sealed class AgreementTree
{
    readonly SlotTree<SumNode> slots = new();

    /// <summary>The agreement's data root and weight.</summary>
    public SumNode Root => slots.Root;

    /// <summary>Occupied slots.</summary>
    public ulong Count => slots.Count;

    /// <summary>Levels above the slots.</summary>
    public int Depth => slots.Depth;

    /// <summary>A slot's fragment root, or EMPTY.</summary>
    public SumNode this[uint slot] => slots[slot];

    /// <summary>A tree over many slots, each of which is hashed once.</summary>
    /// <exception cref="ArgumentException">A fragment has no leaf.</exception>
    public static AgreementTree Load(IEnumerable<KeyValuePair<uint, SumNode>> fragments)
    {
        var tree = new AgreementTree();
        tree.Apply(fragments);
        return tree;
    }

    /// <summary>Puts a fragment into a slot, whatever was there.</summary>
    /// <exception cref="ArgumentException">The fragment has no leaf.</exception>
    public void Set(uint slot, SumNode fragment) => slots.Set(slot, Checked(fragment));

    /// <summary>Empties a slot.</summary>
    public void Clear(uint slot) => slots.Set(slot, SumNode.Empty);

    /// <summary>
    /// Fills and empties (EMPTY) many slots at once, for little more than the price of the nodes above them. The last change of a slot
    /// holds.
    /// </summary>
    /// <exception cref="ArgumentException">A fragment has no leaf but a hash.</exception>
    /// <exception cref="OverflowException">The sum of the weights exceeds 64 bits; the tree is unusable afterwards.</exception>
    public void Apply(IEnumerable<KeyValuePair<uint, SumNode>> changes)
    {
        var list = changes.ToList();
        foreach (var (_, fragment) in list)
        {
            if (!fragment.IsEmpty)
                Checked(fragment);
        }
        slots.Apply(list);
    }

    /// <summary>The path from an occupied slot to the data root.</summary>
    /// <exception cref="ArgumentException">The slot is empty.</exception>
    public SumPath PathOf(uint slot)
    {
        if (slots[slot].IsEmpty)
            throw new ArgumentException($"Slot {slot} is empty.", nameof(slot));
        return new SumPath(slot, slots.SiblingsOf(slot));
    }

    /// <summary>The slot that holds a leaf of the agreement, and the leaf's number in its fragment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The agreement has no such leaf.</exception>
    public (uint Slot, ulong Leaf) LocateLeaf(ulong leaf) => slots.Locate(leaf, node => node.Weight);

    /// <summary>Empty slots in ascending order, without end (up to 2^32-1); the tree must not change while they are enumerated.</summary>
    public IEnumerable<uint> LowestFreeSlots() => slots.LowestFree();

    /// <summary>Occupied slots from one on in ascending order; the tree must not change while they are enumerated.</summary>
    public IEnumerable<KeyValuePair<uint, SumNode>> Occupied(uint from = 0) => slots.Occupied(from);

    static SumNode Checked(SumNode fragment) =>
        fragment.Weight > 0 ? fragment : throw new ArgumentException("A fragment has at least one leaf.", nameof(fragment));
}
