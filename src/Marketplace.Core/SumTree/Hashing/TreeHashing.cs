using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using Marketplace.Core.Cryptography.ManyLanes;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree.Hashing;

/// <summary>
/// A way to hash many leaves or nodes of a fragment's tree at once on some processors. Stateless and safe for several threads.
/// </summary>
/// <param name="name">For tests and figures.</param>
internal abstract class TreeHashing(string name)
{
    /// <summary>For tests and figures.</summary>
    public string Name { get; } = name;

    /// <summary>Those that this processor can use, the fastest first; the last is the platform's, and the truth.</summary>
    public static ImmutableArray<TreeHashing> Supported { get; } = [.. Available()];

    /// <summary>The fastest.</summary>
    public static TreeHashing Best => Supported[0];

    /// <summary>Hashes leaves.</summary>
    /// <param name="leaves">Whole leaves of 1,024 bytes, one after the other.</param>
    /// <param name="hashes">As many; overwritten.</param>
    public abstract void HashLeaves(ReadOnlySpan<byte> leaves, Span<Digest> hashes);

    /// <summary>Hashes pairs of children that all weigh the same.</summary>
    /// <param name="children">An even number.</param>
    /// <param name="weight">Leaves under each child, at least 1.</param>
    /// <param name="parents">Half as many; overwritten. May start where the children start.</param>
    public abstract void HashNodes(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents);

    static IEnumerable<TreeHashing> Available()
    {
        if (Sha256Lanes512.IsSupported)
            yield return new LaneTreeHashing<Sha256Lanes512, Vector512<uint>>("16 lanes");
        if (Sha256Lanes256.IsSupported)
            yield return new LaneTreeHashing<Sha256Lanes256, Vector256<uint>>("8 lanes");
        yield return new PlatformTreeHashing();
    }
}
