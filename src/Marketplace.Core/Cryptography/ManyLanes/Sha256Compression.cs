using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>
/// SHA-256's compression function (FIPS 180-4, section 6.2.2) of as many messages at once as there are lanes, in one group or in two.
/// </summary>
internal static unsafe class Sha256Compression<TLanes, TVector>
    where TLanes : struct, ISha256Lanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Vectors of a group's state.</summary>
    public const int StateWords = 8;

    /// <summary>Vectors of a group's block, and of what it is extended to.</summary>
    public const int BlockWords = 16, ExtendedWords = Sha256Constants.Rounds;

    /// <summary>Where the second group's extended block begins.</summary>
    public const int SecondGroup = ExtendedWords;

    /// <summary>Sets the state to that before the first block.</summary>
    /// <param name="state">8 vectors for each group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start<TGroups>(TVector* state)
        where TGroups : struct, ILaneGroups
    {
        for (var i = 0; i < (TGroups.AreTwo ? 2 * StateWords : StateWords); i++)
            state[i] = TLanes.Broadcast(Sha256Constants.InitialState[i % StateWords]);
    }

    /// <summary>Takes a block in.</summary>
    /// <param name="state">8 vectors for each group; changed.</param>
    /// <param name="words">64 vectors for each group, of which the first 16 are the block; the rest is overwritten.</param>
    /// <remarks>
    /// Eight rounds are written out, so that the state's rotation is one of names; the words stay in the first-level cache. The word for
    /// the round sixteen later is made between rounds, which wait for each other while it does not. Compiled at its best from the first
    /// call on, here and below.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<TGroups>(TVector* state, TVector* words)
        where TGroups : struct, ILaneGroups
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        var second = TGroups.AreTwo ? state + StateWords : state;
        TVector a2 = second[0], b2 = second[1], c2 = second[2], d2 = second[3];
        TVector e2 = second[4], f2 = second[5], g2 = second[6], h2 = second[7];
        // The keys are constant data that never moves.
        var keys = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Sha256Constants.RoundKeys));
        for (var last = keys + Sha256Constants.Rounds; keys != last; keys += StateWords, words += StateWords)
        {
            var isExtended = keys < last - BlockWords;
            Round(a, b, c, ref d, e, f, g, ref h, words[0], keys[0]);
            if (TGroups.AreTwo) Round(a2, b2, c2, ref d2, e2, f2, g2, ref h2, words[SecondGroup], keys[0]);
            if (isExtended) Extend<TGroups>(words);
            Round(h, a, b, ref c, d, e, f, ref g, words[1], keys[1]);
            if (TGroups.AreTwo) Round(h2, a2, b2, ref c2, d2, e2, f2, ref g2, words[SecondGroup + 1], keys[1]);
            if (isExtended) Extend<TGroups>(words + 1);
            Round(g, h, a, ref b, c, d, e, ref f, words[2], keys[2]);
            if (TGroups.AreTwo) Round(g2, h2, a2, ref b2, c2, d2, e2, ref f2, words[SecondGroup + 2], keys[2]);
            if (isExtended) Extend<TGroups>(words + 2);
            Round(f, g, h, ref a, b, c, d, ref e, words[3], keys[3]);
            if (TGroups.AreTwo) Round(f2, g2, h2, ref a2, b2, c2, d2, ref e2, words[SecondGroup + 3], keys[3]);
            if (isExtended) Extend<TGroups>(words + 3);
            Round(e, f, g, ref h, a, b, c, ref d, words[4], keys[4]);
            if (TGroups.AreTwo) Round(e2, f2, g2, ref h2, a2, b2, c2, ref d2, words[SecondGroup + 4], keys[4]);
            if (isExtended) Extend<TGroups>(words + 4);
            Round(d, e, f, ref g, h, a, b, ref c, words[5], keys[5]);
            if (TGroups.AreTwo) Round(d2, e2, f2, ref g2, h2, a2, b2, ref c2, words[SecondGroup + 5], keys[5]);
            if (isExtended) Extend<TGroups>(words + 5);
            Round(c, d, e, ref f, g, h, a, ref b, words[6], keys[6]);
            if (TGroups.AreTwo) Round(c2, d2, e2, ref f2, g2, h2, a2, ref b2, words[SecondGroup + 6], keys[6]);
            if (isExtended) Extend<TGroups>(words + 6);
            Round(b, c, d, ref e, f, g, h, ref a, words[7], keys[7]);
            if (TGroups.AreTwo) Round(b2, c2, d2, ref e2, f2, g2, h2, ref a2, words[SecondGroup + 7], keys[7]);
            if (isExtended) Extend<TGroups>(words + 7);
        }
        AddTo(state, a, b, c, d, e, f, g, h);
        if (TGroups.AreTwo) AddTo(second, a2, b2, c2, d2, e2, f2, g2, h2);
    }

    /// <summary>Takes in a block that is the same for all messages, as padding is.</summary>
    /// <param name="state">8 vectors for each group; changed.</param>
    /// <param name="keys">64, from <see cref="Sha256Constants.RoundKeysFor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CompressSame<TGroups>(TVector* state, uint* keys)
        where TGroups : struct, ILaneGroups
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        var second = TGroups.AreTwo ? state + StateWords : state;
        TVector a2 = second[0], b2 = second[1], c2 = second[2], d2 = second[3];
        TVector e2 = second[4], f2 = second[5], g2 = second[6], h2 = second[7];
        for (var last = keys + Sha256Constants.Rounds; keys != last; keys += StateWords)
        {
            Round(a, b, c, ref d, e, f, g, ref h, keys[0]);
            if (TGroups.AreTwo) Round(a2, b2, c2, ref d2, e2, f2, g2, ref h2, keys[0]);
            Round(h, a, b, ref c, d, e, f, ref g, keys[1]);
            if (TGroups.AreTwo) Round(h2, a2, b2, ref c2, d2, e2, f2, ref g2, keys[1]);
            Round(g, h, a, ref b, c, d, e, ref f, keys[2]);
            if (TGroups.AreTwo) Round(g2, h2, a2, ref b2, c2, d2, e2, ref f2, keys[2]);
            Round(f, g, h, ref a, b, c, d, ref e, keys[3]);
            if (TGroups.AreTwo) Round(f2, g2, h2, ref a2, b2, c2, d2, ref e2, keys[3]);
            Round(e, f, g, ref h, a, b, c, ref d, keys[4]);
            if (TGroups.AreTwo) Round(e2, f2, g2, ref h2, a2, b2, c2, ref d2, keys[4]);
            Round(d, e, f, ref g, h, a, b, ref c, keys[5]);
            if (TGroups.AreTwo) Round(d2, e2, f2, ref g2, h2, a2, b2, ref c2, keys[5]);
            Round(c, d, e, ref f, g, h, a, ref b, keys[6]);
            if (TGroups.AreTwo) Round(c2, d2, e2, ref f2, g2, h2, a2, ref b2, keys[6]);
            Round(b, c, d, ref e, f, g, h, ref a, keys[7]);
            if (TGroups.AreTwo) Round(b2, c2, d2, ref e2, f2, g2, h2, ref a2, keys[7]);
        }
        AddTo(state, a, b, c, d, e, f, g, h);
        if (TGroups.AreTwo) AddTo(second, a2, b2, c2, d2, e2, f2, g2, h2);
    }

    /// <summary>Makes the word sixteen after the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Extend<TGroups>(TVector* words)
        where TGroups : struct, ILaneGroups
    {
        words[BlockWords] = Next(words);
        if (TGroups.AreTwo) words[SecondGroup + BlockWords] = Next(words + SecondGroup);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Next(TVector* words) =>
        TLanes.Add(TLanes.Add(words[0], TLanes.SmallSigma0(words[1])), TLanes.Add(words[9], TLanes.SmallSigma1(words[14])));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector word, uint key) =>
        Finish(a, b, c, ref d, e, f, g, ref h, TLanes.Add(h, TLanes.Add(word, TLanes.Broadcast(key))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, uint key) =>
        Finish(a, b, c, ref d, e, f, g, ref h, TLanes.Add(h, TLanes.Broadcast(key)));

    /// <remarks>
    /// What depends on e comes last into the sum: e is the result of the round before, and everything else can be added up while it is
    /// still on its way.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector sum)
    {
        var first = TLanes.Add(TLanes.Add(sum, TLanes.Choose(e, f, g)), TLanes.BigSigma1(e));
        d = TLanes.Add(d, first);
        h = TLanes.Add(first, TLanes.Add(TLanes.BigSigma0(a), TLanes.Majority(a, b, c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddTo(TVector* state, TVector a, TVector b, TVector c, TVector d, TVector e, TVector f, TVector g, TVector h)
    {
        state[0] = TLanes.Add(state[0], a);
        state[1] = TLanes.Add(state[1], b);
        state[2] = TLanes.Add(state[2], c);
        state[3] = TLanes.Add(state[3], d);
        state[4] = TLanes.Add(state[4], e);
        state[5] = TLanes.Add(state[5], f);
        state[6] = TLanes.Add(state[6], g);
        state[7] = TLanes.Add(state[7], h);
    }
}
