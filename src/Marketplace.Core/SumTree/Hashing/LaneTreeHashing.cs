using System.Runtime.CompilerServices;
using Marketplace.Core.Cryptography.ManyLanes;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree.Hashing;

/// <summary>
/// As many leaves or nodes at once as there are lanes; a last, smaller batch is filled up with others whose hashes nobody reads.
/// </summary>
internal sealed unsafe class LaneTreeHashing<TLanes, TVector>(string name) : TreeHashing(name)
    where TLanes : struct, ISha256Lanes<TVector>
    where TVector : unmanaged
{
    const int BlockSize = 64, BlockWords = 16, StateWords = 8;

    /// <summary>Batches smaller than these cost more than the platform's hashes one by one.</summary>
    const int FewestLeaves = 4, FewestNodes = 2;

    /// <summary>The block after a leaf is all padding: the bit behind the message, and its length in bits.</summary>
    static readonly uint[] LeafPaddingKeys =
        Sha256Constants.RoundKeysFor([0x80000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, FragmentTree.LeafSize * 8]);

    readonly PlatformTreeHashing platform = new();

    public override void HashLeaves(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
    {
        var lanes = TLanes.Count;
        for (; hashes.Length >= lanes; leaves = leaves[(lanes * FragmentTree.LeafSize)..], hashes = hashes[lanes..])
            HashLeafBatch(leaves, hashes);
        if (hashes.Length < FewestLeaves)
        {
            platform.HashLeaves(leaves, hashes);
            return;
        }
        Span<byte> filled = stackalloc byte[lanes * FragmentTree.LeafSize];
        Span<Digest> all = stackalloc Digest[lanes];
        leaves[..(hashes.Length * FragmentTree.LeafSize)].CopyTo(filled);
        HashLeafBatch(filled, all);
        all[..hashes.Length].CopyTo(hashes);
    }

    public override void HashNodes(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
    {
        var lanes = TLanes.Count;
        for (; parents.Length >= lanes; children = children[(2 * lanes)..], parents = parents[lanes..])
            HashNodeBatch(children, weight, parents);
        if (parents.Length < FewestNodes)
        {
            platform.HashNodes(children, weight, parents);
            return;
        }
        Span<Digest> filled = stackalloc Digest[2 * lanes];
        children[..(2 * parents.Length)].CopyTo(filled);
        HashNodeBatch(filled, weight, filled);
        filled[..parents.Length].CopyTo(parents);
    }

    /// <remarks>Compiled at its best from the first call on, as the compression is: a command hashes a few fragments and ends.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HashLeafBatch(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
    {
        var state = stackalloc TVector[StateWords];
        var block = stackalloc TVector[BlockWords];
        Sha256Compression<TLanes, TVector>.Start(state);
        fixed (byte* first = leaves)
        {
            for (var offset = 0; offset < FragmentTree.LeafSize; offset += BlockSize)
            {
                TLanes.LoadTransposed(first + offset, FragmentTree.LeafSize, block);
                for (var i = 0; i < BlockWords; i++)
                    block[i] = TLanes.SwapBytes(block[i]);
                Sha256Compression<TLanes, TVector>.Compress(state, block);
            }
        }
        fixed (uint* keys = LeafPaddingKeys)
            Sha256Compression<TLanes, TVector>.CompressSame(state, keys);
        Store(state, hashes);
    }

    /// <remarks>
    /// A node's preimage is 80 bytes, left hash and weight, right hash and weight, and so takes two blocks. Both hashes of a pair lie side
    /// by side, as sixteen words.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HashNodeBatch(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
    {
        const int Bits = 2 * SumNode.Size * 8;
        var state = stackalloc TVector[StateWords];
        var block = stackalloc TVector[BlockWords];
        var pair = stackalloc TVector[2 * StateWords];
        fixed (Digest* first = children)
            TLanes.LoadTransposed((byte*)first, 2 * Digest.Size, pair);
        TVector weightHigh = TLanes.Broadcast((uint)(weight >> 32)), weightLow = TLanes.Broadcast((uint)weight);

        Sha256Compression<TLanes, TVector>.Start(state);
        for (var i = 0; i < StateWords; i++)
            block[i] = pair[WordOfDigest(i)];
        (block[8], block[9]) = (weightHigh, weightLow);
        for (var i = 0; i < 6; i++)
            block[10 + i] = pair[StateWords + WordOfDigest(i)];
        Sha256Compression<TLanes, TVector>.Compress(state, block);

        (block[0], block[1]) = (pair[StateWords + WordOfDigest(6)], pair[StateWords + WordOfDigest(7)]);
        (block[2], block[3]) = (weightHigh, weightLow);
        block[4] = TLanes.Broadcast(0x80000000);
        for (var i = 5; i < 15; i++)
            block[i] = TLanes.Broadcast(0);
        block[15] = TLanes.Broadcast(Bits);
        Sha256Compression<TLanes, TVector>.Compress(state, block);
        Store(state, parents);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Store(TVector* state, Span<Digest> hashes)
    {
        var words = stackalloc TVector[StateWords];
        for (var i = 0; i < StateWords; i++)
            words[WordOfDigest(i)] = state[i];
        fixed (Digest* first = hashes[..TLanes.Count])
            TLanes.StoreTransposed(words, (byte*)first);
    }

    /// <summary>
    /// Where a digest in memory has the hash's word i: it is made of four 64-bit numbers, whose lower halves come first on these
    /// processors.
    /// </summary>
    static int WordOfDigest(int i) => i ^ 1;
}
