using System.Collections.Immutable;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>The siblings from a node up to the root of a fragment or agreement tree.</summary>
/// <param name="Position">Bit j is 1 where the node of level j (0 = the lowest) is the right child.</param>
/// <param name="Siblings">From the lowest level upward.</param>
public sealed record SumPath(ulong Position, ImmutableArray<SumNode> Siblings)
{
    /// <summary>The path of a node that is its own root.</summary>
    public static SumPath None { get; } = new(0, []);

    /// <summary>This path, continued by that of the tree in which this one's root is a leaf.</summary>
    public SumPath Then(SumPath upper)
    {
        ArgumentNullException.ThrowIfNull(upper);
        return new SumPath(Position | upper.Position << Siblings.Length, Siblings.AddRange(upper.Siblings));
    }

    /// <summary>
    /// Follows the path from a node to the root, and sums what lies to its left. Refused when a sum overflows; the siblings may be hostile.
    /// </summary>
    public bool TryClimb(SumNode node, out SumNode root, out ulong leftWeight)
    {
        root = node;
        leftWeight = 0;
        for (var level = 0; level < Siblings.Length; level++)
        {
            var sibling = Siblings[level];
            if (sibling.Weight > ulong.MaxValue - root.Weight)
                return false;
            var isRight = (Position >> level & 1) == 1;
            // Cannot overflow: what lies to the left is part of the node's own sum.
            leftWeight += isRight ? sibling.Weight : 0;
            root = isRight ? SumNode.Combine(sibling, root) : SumNode.Combine(root, sibling);
        }
        return true;
    }
}

/// <summary>The siblings from an agreement's node up to the root of a provider's tree.</summary>
/// <param name="Position">Bit j is 1 where the node of level j (0 = the lowest) is the right child.</param>
/// <param name="Siblings">From the lowest level upward.</param>
public sealed record TopPath(uint Position, ImmutableArray<TopNode> Siblings)
{
    /// <summary>The path of a provider's only agreement.</summary>
    public static TopPath None { get; } = new(0, []);

    /// <summary>
    /// Follows the path from a node to the root, and sums what lies to its left. Refused when a sum overflows; the siblings may be hostile.
    /// </summary>
    public bool TryClimb(TopNode node, out TopNode root, out ulong leftWeight, out uint leftAgreements)
    {
        root = node;
        leftWeight = 0;
        leftAgreements = 0;
        for (var level = 0; level < Siblings.Length; level++)
        {
            var sibling = Siblings[level];
            if (sibling.Weight > ulong.MaxValue - root.Weight || sibling.Agreements > uint.MaxValue - root.Agreements)
                return false;
            var isRight = (Position >> level & 1) == 1;
            leftWeight += isRight ? sibling.Weight : 0;
            leftAgreements += isRight ? sibling.Agreements : 0;
            root = isRight ? TopNode.Combine(sibling, root) : TopNode.Combine(root, sibling);
        }
        return true;
    }

    /// <summary>
    /// Whether an agreement lies after the first of everything to its left and before the first of everything to its right. Of two places
    /// that hold the same agreement at most one does, so that contents cannot be shown again in the place of others.
    /// </summary>
    public bool IsInOrder(AgreementId agreement)
    {
        for (var level = 0; level < Siblings.Length; level++)
        {
            var sibling = Siblings[level];
            var isRight = (Position >> level & 1) == 1;
            if (sibling.Agreements > 0 && (isRight ? sibling.First.Value >= agreement.Value : sibling.First.Value <= agreement.Value))
                return false;
        }
        return true;
    }
}
