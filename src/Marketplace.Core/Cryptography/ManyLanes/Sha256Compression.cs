using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>SHA-256's compression function (FIPS 180-4, section 6.2.2) of as many messages at once as there are lanes.</summary>
internal static unsafe class Sha256Compression<TLanes, TVector>
    where TLanes : struct, ISha256Lanes<TVector>
    where TVector : unmanaged
{
    const int StateWords = 8;

    /// <summary>Sets the state to that before the first block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start(TVector* state)
    {
        for (var i = 0; i < StateWords; i++)
            state[i] = TLanes.Broadcast(Sha256Constants.InitialState[i]);
    }

    /// <summary>Takes a block in.</summary>
    /// <param name="state">8 vectors; changed.</param>
    /// <param name="block">16 vectors; used up.</param>
    public static void Compress(TVector* state, TVector* block)
    {
        if (TLanes.HoldsMessageInRegisters)
            CompressInRegisters(state, block);
        else
            CompressInMemory(state, block);
    }

    /// <remarks>
    /// Sixteen rounds are written out, so that the state's rotation is one of names. Each word of the next sixteen is made right after the
    /// round that used its place: rounds wait for each other, and these do not. Compiled at its best from the first call on, here and
    /// below.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CompressInRegisters(TVector* state, TVector* block)
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        TVector w0 = block[0], w1 = block[1], w2 = block[2], w3 = block[3], w4 = block[4], w5 = block[5], w6 = block[6], w7 = block[7];
        TVector w8 = block[8], w9 = block[9], wA = block[10], wB = block[11], wC = block[12], wD = block[13], wE = block[14], wF = block[15];
        // The keys are constant data that never moves.
        var key = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Sha256Constants.RoundKeys));
        for (var last = key + Sha256Constants.Rounds; ;)
        {
            var isExtended = key + 16 != last;
            Round(a, b, c, ref d, e, f, g, ref h, w0, key[0]);
            if (isExtended) w0 = Next(w0, w1, w9, wE);
            Round(h, a, b, ref c, d, e, f, ref g, w1, key[1]);
            if (isExtended) w1 = Next(w1, w2, wA, wF);
            Round(g, h, a, ref b, c, d, e, ref f, w2, key[2]);
            if (isExtended) w2 = Next(w2, w3, wB, w0);
            Round(f, g, h, ref a, b, c, d, ref e, w3, key[3]);
            if (isExtended) w3 = Next(w3, w4, wC, w1);
            Round(e, f, g, ref h, a, b, c, ref d, w4, key[4]);
            if (isExtended) w4 = Next(w4, w5, wD, w2);
            Round(d, e, f, ref g, h, a, b, ref c, w5, key[5]);
            if (isExtended) w5 = Next(w5, w6, wE, w3);
            Round(c, d, e, ref f, g, h, a, ref b, w6, key[6]);
            if (isExtended) w6 = Next(w6, w7, wF, w4);
            Round(b, c, d, ref e, f, g, h, ref a, w7, key[7]);
            if (isExtended) w7 = Next(w7, w8, w0, w5);
            Round(a, b, c, ref d, e, f, g, ref h, w8, key[8]);
            if (isExtended) w8 = Next(w8, w9, w1, w6);
            Round(h, a, b, ref c, d, e, f, ref g, w9, key[9]);
            if (isExtended) w9 = Next(w9, wA, w2, w7);
            Round(g, h, a, ref b, c, d, e, ref f, wA, key[10]);
            if (isExtended) wA = Next(wA, wB, w3, w8);
            Round(f, g, h, ref a, b, c, d, ref e, wB, key[11]);
            if (isExtended) wB = Next(wB, wC, w4, w9);
            Round(e, f, g, ref h, a, b, c, ref d, wC, key[12]);
            if (isExtended) wC = Next(wC, wD, w5, wA);
            Round(d, e, f, ref g, h, a, b, ref c, wD, key[13]);
            if (isExtended) wD = Next(wD, wE, w6, wB);
            Round(c, d, e, ref f, g, h, a, ref b, wE, key[14]);
            if (isExtended) wE = Next(wE, wF, w7, wC);
            Round(b, c, d, ref e, f, g, h, ref a, wF, key[15]);
            if (isExtended) wF = Next(wF, w0, w8, wD);
            key += 16;
            if (key == last)
                break;
        }
        AddTo(state, a, b, c, d, e, f, g, h);
    }

    /// <remarks>
    /// As above, with the message left to the first-level cache: with 16 registers the JIT would move state and message to and fro.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CompressInMemory(TVector* state, TVector* block)
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        // The keys are constant data that never moves.
        var key = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Sha256Constants.RoundKeys));
        for (var last = key + Sha256Constants.Rounds; ;)
        {
            var isExtended = key + 16 != last;
            Round(a, b, c, ref d, e, f, g, ref h, block[0], key[0]);
            if (isExtended) block[0] = Next(block[0], block[1], block[9], block[14]);
            Round(h, a, b, ref c, d, e, f, ref g, block[1], key[1]);
            if (isExtended) block[1] = Next(block[1], block[2], block[10], block[15]);
            Round(g, h, a, ref b, c, d, e, ref f, block[2], key[2]);
            if (isExtended) block[2] = Next(block[2], block[3], block[11], block[0]);
            Round(f, g, h, ref a, b, c, d, ref e, block[3], key[3]);
            if (isExtended) block[3] = Next(block[3], block[4], block[12], block[1]);
            Round(e, f, g, ref h, a, b, c, ref d, block[4], key[4]);
            if (isExtended) block[4] = Next(block[4], block[5], block[13], block[2]);
            Round(d, e, f, ref g, h, a, b, ref c, block[5], key[5]);
            if (isExtended) block[5] = Next(block[5], block[6], block[14], block[3]);
            Round(c, d, e, ref f, g, h, a, ref b, block[6], key[6]);
            if (isExtended) block[6] = Next(block[6], block[7], block[15], block[4]);
            Round(b, c, d, ref e, f, g, h, ref a, block[7], key[7]);
            if (isExtended) block[7] = Next(block[7], block[8], block[0], block[5]);
            Round(a, b, c, ref d, e, f, g, ref h, block[8], key[8]);
            if (isExtended) block[8] = Next(block[8], block[9], block[1], block[6]);
            Round(h, a, b, ref c, d, e, f, ref g, block[9], key[9]);
            if (isExtended) block[9] = Next(block[9], block[10], block[2], block[7]);
            Round(g, h, a, ref b, c, d, e, ref f, block[10], key[10]);
            if (isExtended) block[10] = Next(block[10], block[11], block[3], block[8]);
            Round(f, g, h, ref a, b, c, d, ref e, block[11], key[11]);
            if (isExtended) block[11] = Next(block[11], block[12], block[4], block[9]);
            Round(e, f, g, ref h, a, b, c, ref d, block[12], key[12]);
            if (isExtended) block[12] = Next(block[12], block[13], block[5], block[10]);
            Round(d, e, f, ref g, h, a, b, ref c, block[13], key[13]);
            if (isExtended) block[13] = Next(block[13], block[14], block[6], block[11]);
            Round(c, d, e, ref f, g, h, a, ref b, block[14], key[14]);
            if (isExtended) block[14] = Next(block[14], block[15], block[7], block[12]);
            Round(b, c, d, ref e, f, g, h, ref a, block[15], key[15]);
            if (isExtended) block[15] = Next(block[15], block[0], block[8], block[13]);
            key += 16;
            if (key == last)
                break;
        }
        AddTo(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>Takes in a block that is the same for all messages, as padding is.</summary>
    /// <param name="state">8 vectors; changed.</param>
    /// <param name="keys">64, from <see cref="Sha256Constants.RoundKeysFor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CompressSame(TVector* state, uint* keys)
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (var last = keys + Sha256Constants.Rounds; keys != last; keys += 8)
        {
            Round(a, b, c, ref d, e, f, g, ref h, keys[0]);
            Round(h, a, b, ref c, d, e, f, ref g, keys[1]);
            Round(g, h, a, ref b, c, d, e, ref f, keys[2]);
            Round(f, g, h, ref a, b, c, d, ref e, keys[3]);
            Round(e, f, g, ref h, a, b, c, ref d, keys[4]);
            Round(d, e, f, ref g, h, a, b, ref c, keys[5]);
            Round(c, d, e, ref f, g, h, a, ref b, keys[6]);
            Round(b, c, d, ref e, f, g, h, ref a, keys[7]);
        }
        AddTo(state, a, b, c, d, e, f, g, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector word, uint key) =>
        Finish(a, b, c, ref d, e, f, g, ref h, TLanes.Add(h, TLanes.Add(word, TLanes.Broadcast(key))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, uint key) =>
        Finish(a, b, c, ref d, e, f, g, ref h, TLanes.Add(h, TLanes.Broadcast(key)));

    /// <remarks>
    /// The next round waits for d, which becomes its e, and for h, its a. Both are therefore added up so that what comes of e and a is put in
    /// last: three steps from one round's e to the next one's instead of four. That d takes two additions of its own for it pays off.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector sum)
    {
        TVector chosen = TLanes.Choose(e, f, g), mixed = TLanes.BigSigma1(e);
        d = TLanes.Add(TLanes.Add(TLanes.Add(d, sum), chosen), mixed);
        h = TLanes.Add(TLanes.Add(TLanes.Add(TLanes.Add(sum, chosen), mixed), TLanes.Majority(a, b, c)), TLanes.BigSigma0(a));
    }

    /// <summary>The word sixteen after the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Next(TVector before16, TVector before15, TVector before7, TVector before2) =>
        TLanes.Add(TLanes.Add(before16, TLanes.SmallSigma0(before15)), TLanes.Add(before7, TLanes.SmallSigma1(before2)));

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
