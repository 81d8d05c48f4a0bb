using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Fragments;

/// <summary>The nodes of a fragment's tree above its block hashes, and of one block below them.</summary>
internal sealed class FragmentNodes
{
    readonly List<byte[]> inBlock = [];
    readonly List<byte[]> above = [];
    readonly int block;
    readonly int blockDepth;

    public FragmentNodes(ReadOnlySpan<byte> bytes, int block, byte[] blockHashes, long length)
    {
        this.block = block;
        blockDepth = FragmentBlocks.BlockDepth(length);
        var leaves = bytes.Length / FragmentBlocks.LeafBytes;
        var hashes = new byte[leaves * FragmentBlocks.HashSize];
        FragmentBlocks.HashLeaves(bytes, hashes);
        for (var level = 0; level < blockDepth; level++)
            inBlock.Add(Level(hashes, leaves, level));
        hashes = blockHashes[..(FragmentBlocks.Count(length) * FragmentBlocks.HashSize)];
        for (var level = blockDepth; level <= FragmentBlocks.TreeDepth(length); level++)
            above.Add(Level(hashes, FragmentBlocks.Leaves(length), level));
    }

    /// <summary>Whether a node is in the block, or above all blocks.</summary>
    public bool Covers(int level, long index) => level >= blockDepth || index >> (blockDepth - level) == block;

    /// <summary>A covered node's hash; zero where it has no leaves.</summary>
    public Hash256 HashAt(int level, long index)
    {
        var (hashes, at) = level >= blockDepth
            ? (above[level - blockDepth], index)
            : (inBlock[level], index - ((long)block << (blockDepth - level)));
        var from = (int)at * FragmentBlocks.HashSize;
        return from < hashes.Length ? new Hash256(hashes.AsSpan(from, FragmentBlocks.HashSize)) : Hash256.Zero;
    }

    /// <summary>Copies a level's hashes, and reduces the working copy to the level above.</summary>
    static byte[] Level(byte[] hashes, long leaves, int level)
    {
        var copy = hashes[..(int)(FragmentBlocks.NodesAt(level, leaves) * FragmentBlocks.HashSize)];
        FragmentBlocks.Reduce(hashes, leaves, level);
        return copy;
    }
}
