namespace Marketplace.Core.SumTree;

/// <summary>
/// Computes a fragment's root while its bytes arrive in pieces of any length, with memory for one leaf and one node a level. Not
/// thread-safe.
/// </summary>
public sealed class FragmentHasher
{
    readonly byte[] partial = new byte[FragmentTree.LeafSize];
    readonly SumNode[] pending = new SumNode[sizeof(ulong) * 8];
    int partialLength;
    ulong leaves;

    /// <summary>Bytes appended so far.</summary>
    public ulong Length => leaves * FragmentTree.LeafSize + (ulong)partialLength;

    /// <summary>Appends the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (partialLength > 0)
        {
            var taken = Math.Min(bytes.Length, FragmentTree.LeafSize - partialLength);
            bytes[..taken].CopyTo(partial.AsSpan(partialLength));
            partialLength += taken;
            bytes = bytes[taken..];
            if (partialLength < FragmentTree.LeafSize)
                return;
            Push(SumNode.Leaf(partial));
            partialLength = 0;
        }
        for (; bytes.Length >= FragmentTree.LeafSize; bytes = bytes[FragmentTree.LeafSize..])
            Push(SumNode.Leaf(bytes[..FragmentTree.LeafSize]));
        bytes.CopyTo(partial);
        partialLength = bytes.Length;
    }

    /// <summary>The root over everything appended, the last leaf padded with zeros; then starts anew.</summary>
    /// <exception cref="InvalidOperationException">Nothing was appended: there is no empty fragment.</exception>
    public SumNode Finish()
    {
        if (partialLength > 0)
        {
            partial.AsSpan(partialLength).Clear();
            Push(SumNode.Leaf(partial));
        }
        if (leaves == 0)
            throw new InvalidOperationException("A fragment has at least one byte.");
        var root = Close(new FragmentShape(leaves));
        leaves = 0;
        partialLength = 0;
        return root;
    }

    /// <summary>Adds a leaf like one to a binary counter: bit j of the number of leaves says whether level j has a pending node.</summary>
    void Push(SumNode node)
    {
        var level = 0;
        for (; (leaves >> level & 1) == 1; level++)
            node = SumNode.Combine(pending[level], node);
        pending[level] = node;
        leaves++;
    }

    SumNode Close(FragmentShape shape)
    {
        if (ulong.IsPow2(leaves))
            return pending[shape.Depth];
        var carry = SumNode.Empty;
        for (var level = 0; level < shape.Depth; level++)
        {
            carry = (leaves >> level & 1) == 1
                ? SumNode.Combine(pending[level], carry)
                : SumNode.Combine(carry, SumNode.Empty);
        }
        return carry;
    }
}
