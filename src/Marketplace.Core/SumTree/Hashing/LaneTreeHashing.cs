using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Marketplace.Core.Cryptography.ManyLanes;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree.Hashing;

/// <summary>
/// As many leaves or nodes at once as there are lanes, or twice as many; a last, smaller batch is filled up with others whose hashes nobody
/// reads.
/// </summary>
internal sealed unsafe class LaneTreeHashing<TLanes, TVector>(string name) : TreeHashing(name)
    where TLanes : struct, ISha256Lanes<TVector>
    where TVector : unmanaged
{
    const int BlockSize = 64, BlockWords = 16, StateWords = 8;

    /// <summary>State and extended words of two groups.</summary>
    const int LeafVectors = 2 * (StateWords + Sha256Constants.Rounds);

    /// <summary>Batches smaller than these cost more than the platform's hashes one by one.</summary>
    const int FewestLeaves = 4, FewestNodes = 2;

    /// <summary>The block after a leaf is all padding: the bit behind the message, and its length in bits.</summary>
    static readonly uint[] LeafPaddingKeys =
        Sha256Constants.RoundKeysFor([0x80000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, FragmentTree.LeafSize * 8]);

    readonly PlatformTreeHashing platform = new();

    public override void HashLeaves(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
    {
        if (TLanes.HoldsTwoGroups)
            HashWholeBatches<TwoGroups>(ref leaves, ref hashes);
        HashWholeBatches<OneGroup>(ref leaves, ref hashes);
        if (hashes.Length < FewestLeaves)
            platform.HashLeaves(leaves, hashes);
        else
            HashFilledUp(leaves, hashes);
    }

    public override void HashNodes(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
    {
        if (TLanes.HoldsTwoGroups)
            HashWholeBatches<TwoGroups>(ref children, weight, ref parents);
        HashWholeBatches<OneGroup>(ref children, weight, ref parents);
        if (parents.Length < FewestNodes)
            platform.HashNodes(children, weight, parents);
        else
            HashFilledUp(children, weight, parents);
    }

    static int BatchOf<TGroups>()
        where TGroups : struct, ILaneGroups => TGroups.AreTwo ? 2 * TLanes.Count : TLanes.Count;

    static void HashWholeBatches<TGroups>(ref ReadOnlySpan<byte> leaves, ref Span<Digest> hashes)
        where TGroups : struct, ILaneGroups
    {
        var batch = BatchOf<TGroups>();
        for (; hashes.Length >= batch; leaves = leaves[(batch * FragmentTree.LeafSize)..], hashes = hashes[batch..])
            HashBatch<TGroups>(leaves, hashes);
    }

    static void HashWholeBatches<TGroups>(ref ReadOnlySpan<Digest> children, ulong weight, ref Span<Digest> parents)
        where TGroups : struct, ILaneGroups
    {
        var batch = BatchOf<TGroups>();
        for (; parents.Length >= batch; children = children[(2 * batch)..], parents = parents[batch..])
            HashBatch<TGroups>(children, weight, parents);
    }

    static void HashFilledUp(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
    {
        Span<byte> filled = stackalloc byte[TLanes.Count * FragmentTree.LeafSize];
        Span<Digest> all = stackalloc Digest[TLanes.Count];
        leaves[..(hashes.Length * FragmentTree.LeafSize)].CopyTo(filled);
        HashBatch<OneGroup>(filled, all);
        all[..hashes.Length].CopyTo(hashes);
    }

    static void HashFilledUp(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
    {
        Span<Digest> filled = stackalloc Digest[2 * TLanes.Count];
        children[..(2 * parents.Length)].CopyTo(filled);
        HashBatch<OneGroup>(filled, weight, filled);
        filled[..parents.Length].CopyTo(parents);
    }

    /// <remarks>Compiled at its best from the first call on, as the compression is: a command hashes a few fragments and ends.</remarks>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HashBatch<TGroups>(ReadOnlySpan<byte> leaves, Span<Digest> hashes)
        where TGroups : struct, ILaneGroups
    {
        var room = stackalloc TVector[1 + LeafVectors];
        TVector* state = Aligned(room), words = state + 2 * StateWords;
        var secondLeaves = TLanes.Count * FragmentTree.LeafSize;
        Sha256Compression<TLanes, TVector>.Start<TGroups>(state);
        fixed (byte* first = leaves)
        {
            for (var offset = 0; offset < FragmentTree.LeafSize; offset += BlockSize)
            {
                FetchAhead<TGroups>(first + BatchOf<TGroups>() * (FragmentTree.LeafSize + offset));
                LoadBlock(first + offset, words);
                if (TGroups.AreTwo)
                    LoadBlock(first + offset + secondLeaves, words + Sha256Compression<TLanes, TVector>.SecondGroup);
                Sha256Compression<TLanes, TVector>.Compress<TGroups>(state, words);
            }
        }
        fixed (uint* keys = LeafPaddingKeys)
            Sha256Compression<TLanes, TVector>.CompressSame<TGroups>(state, keys);
        Store<TGroups>(state, hashes);
    }

    /// <summary>
    /// Has the processor fetch a part of what follows the batch, which is the next one more often than not: as many leaves at once are more
    /// streams than it recognises by itself, and from memory hashing took a quarter longer. Nothing is read, and no address is wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FetchAhead<TGroups>(byte* part)
        where TGroups : struct, ILaneGroups
    {
        if (!Sse.IsSupported)
            return;
        for (var line = 0; line < BatchOf<TGroups>() * BlockSize; line += BlockSize)
            Sse.Prefetch1(part + line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void LoadBlock(byte* leaves, TVector* words)
    {
        TLanes.LoadTransposed(leaves, FragmentTree.LeafSize, words);
        for (var i = 0; i < BlockWords; i++)
            words[i] = TLanes.SwapBytes(words[i]);
    }

    /// <remarks>
    /// A node's preimage is 80 bytes, left hash and weight, right hash and weight, and so takes two blocks. Both hashes of a pair lie side
    /// by side, as sixteen words.
    /// </remarks>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HashBatch<TGroups>(ReadOnlySpan<Digest> children, ulong weight, Span<Digest> parents)
        where TGroups : struct, ILaneGroups
    {
        var room = stackalloc TVector[1 + LeafVectors + 4 * StateWords];
        TVector* state = Aligned(room), words = state + 2 * StateWords, pairs = state + LeafVectors;
        fixed (Digest* first = children)
        {
            TLanes.LoadTransposed((byte*)first, 2 * Digest.Size, pairs);
            if (TGroups.AreTwo)
                TLanes.LoadTransposed((byte*)(first + 2 * TLanes.Count), 2 * Digest.Size, pairs + 2 * StateWords);
        }
        Sha256Compression<TLanes, TVector>.Start<TGroups>(state);
        WriteFirstBlock(pairs, weight, words);
        if (TGroups.AreTwo)
            WriteFirstBlock(pairs + 2 * StateWords, weight, words + Sha256Compression<TLanes, TVector>.SecondGroup);
        Sha256Compression<TLanes, TVector>.Compress<TGroups>(state, words);
        WriteSecondBlock(pairs, weight, words);
        if (TGroups.AreTwo)
            WriteSecondBlock(pairs + 2 * StateWords, weight, words + Sha256Compression<TLanes, TVector>.SecondGroup);
        Sha256Compression<TLanes, TVector>.Compress<TGroups>(state, words);
        Store<TGroups>(state, parents);
    }

    /// <summary>The left hash, its weight, and six words of the right hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void WriteFirstBlock(TVector* pair, ulong weight, TVector* words)
    {
        for (var i = 0; i < StateWords; i++)
            words[i] = pair[WordOfDigest(i)];
        (words[8], words[9]) = (TLanes.Broadcast((uint)(weight >> 32)), TLanes.Broadcast((uint)weight));
        for (var i = 0; i < 6; i++)
            words[10 + i] = pair[StateWords + WordOfDigest(i)];
    }

    /// <summary>Its other two words, its weight and the padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void WriteSecondBlock(TVector* pair, ulong weight, TVector* words)
    {
        const int Bits = 2 * SumNode.Size * 8;
        (words[0], words[1]) = (pair[StateWords + WordOfDigest(6)], pair[StateWords + WordOfDigest(7)]);
        (words[2], words[3]) = (TLanes.Broadcast((uint)(weight >> 32)), TLanes.Broadcast((uint)weight));
        words[4] = TLanes.Broadcast(0x80000000);
        for (var i = 5; i < 15; i++)
            words[i] = TLanes.Broadcast(0);
        words[15] = TLanes.Broadcast(Bits);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Store<TGroups>(TVector* state, Span<Digest> hashes)
        where TGroups : struct, ILaneGroups
    {
        var room = stackalloc TVector[1 + StateWords];
        var words = Aligned(room);
        fixed (Digest* first = hashes[..BatchOf<TGroups>()])
        {
            for (var group = 0; group < (TGroups.AreTwo ? 2 : 1); group++)
            {
                for (var i = 0; i < StateWords; i++)
                    words[WordOfDigest(i)] = state[group * StateWords + i];
                TLanes.StoreTransposed(words, (byte*)(first + group * TLanes.Count));
            }
        }
    }

    /// <summary>
    /// The first whole vector of room for one more than is needed: on the stack, where vectors lie across two lines of the cache more often
    /// than not, hashing took a fifth longer.
    /// </summary>
    static TVector* Aligned(TVector* room) => (TVector*)(((nuint)room + (nuint)sizeof(TVector) - 1) & ~((nuint)sizeof(TVector) - 1));

    /// <summary>
    /// Where a digest in memory has the hash's word i: it is made of four 64-bit numbers, whose lower halves come first on these
    /// processors.
    /// </summary>
    static int WordOfDigest(int i) => i ^ 1;
}
