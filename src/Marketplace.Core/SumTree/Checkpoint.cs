using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>A provider's commitment to everything that it stores.</summary>
/// <param name="Root">The hash of the provider's tree; zero without any agreement.</param>
/// <param name="Leaves">Leaves of 1,024 bytes under the root.</param>
/// <param name="Agreements">Agreements under the root.</param>
public readonly record struct Checkpoint(Digest Root, ulong Leaves, uint Agreements)
{
    /// <summary>
    /// Whether the numbers can belong together: without an agreement there is no root and no leaf, and with one there is a root.
    /// </summary>
    public bool IsConsistent => Agreements == 0 ? Root.IsZero && Leaves == 0 : !Root.IsZero;
}
