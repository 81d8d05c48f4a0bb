using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// A fragment as blocks of 64 leaves. With the hash of each block kept beside the data (0.05 % of it), one leaf's path needs one block to
/// be
/// read, and every block that is read can be checked alone.
/// </summary>
internal static class FragmentBlocks
{
    public const int LeafBytes = FragmentTree.LeafSize;
    public const int HashSize = Digest.Size;
    public const int FullDepth = 6;
    public const int BlockLeaves = 1 << FullDepth;
    public const int BlockBytes = BlockLeaves * LeafBytes;

    public static long Leaves(long length) => length / LeafBytes;

    public static int Count(long length) => checked((int)((length + BlockBytes - 1) / BlockBytes));

    /// <summary>Bytes of block hashes kept beside the data. A single block's hash is the root, which the index holds.</summary>
    public static int HashBytes(long length) => Count(length) > 1 ? Count(length) * HashSize : 0;

    public static int SizeOf(int block, long length) => (int)Math.Min(BlockBytes, length - (long)block * BlockBytes);

    /// <summary>Levels of a block's subtree: fewer than six only in a fragment that has no more than one block.</summary>
    public static int BlockDepth(long length) => Count(length) > 1 ? FullDepth : DepthOver(Leaves(length));

    /// <summary>Levels of the whole tree.</summary>
    public static int TreeDepth(long length) => DepthOver(Leaves(length));

    /// <summary>The hash of a block's subtree.</summary>
    public static void Hash(ReadOnlySpan<byte> block, int depth, Span<byte> hash)
    {
        FragmentTree.ComputeNode(block, depth).Hash.CopyTo(hash);
    }

    /// <summary>The hashes of a block's leaves.</summary>
    /// <returns>How many there are.</returns>
    public static int HashLeaves(ReadOnlySpan<byte> block, Span<byte> hashes)
    {
        var digests = new Digest[block.Length / LeafBytes];
        FragmentTree.HashLeaves(block, digests);
        Write(digests, hashes);
        return digests.Length;
    }

    /// <summary>The root over the hashes of a fragment's blocks.</summary>
    public static byte[] Root(ReadOnlySpan<byte> blockHashes, long length)
    {
        var hashes = blockHashes.ToArray();
        for (var level = BlockDepth(length); level < TreeDepth(length); level++)
            Reduce(hashes, Leaves(length), level);
        return hashes[..HashSize];
    }

    /// <summary>Replaces a level's hashes, in place, by those of the level above.</summary>
    /// <param name="hashes">The level's hashes from the left; those without leaves are not among them.</param>
    /// <param name="leaves">Leaves below all of them.</param>
    /// <param name="level">The level's height: 0 for leaves.</param>
    public static void Reduce(Span<byte> hashes, long leaves, int level)
    {
        var children = new Digest[NodesAt(level, leaves)];
        for (var i = 0; i < children.Length; i++)
            children[i] = new Digest(hashes.Slice(i * HashSize, HashSize));
        var parents = children.AsSpan(0, (int)NodesAt(level + 1, leaves));
        FragmentTree.HashLevel(new FragmentShape((ulong)leaves), level, children, parents);
        Write(parents, hashes);
    }

    /// <summary>Nodes of a level that have leaves.</summary>
    public static long NodesAt(int level, long leaves) => (leaves + (1L << level) - 1) >> level;

    /// <summary>Leaves under a node.</summary>
    public static long WeightAt(int level, long index, long leaves) => Math.Clamp(leaves - (index << level), 0, 1L << level);

    static void Write(ReadOnlySpan<Digest> digests, Span<byte> hashes)
    {
        for (var i = 0; i < digests.Length; i++)
            digests[i].CopyTo(hashes[(i * HashSize)..]);
    }

    static int DepthOver(long leaves) => leaves <= 1 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)leaves - 1);
}
