namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>
/// SHA-256's functions (FIPS 180-4, section 4.1.2) on vectors that hold the same word of several messages, one message a lane. Implemented
/// by empty structs, so that the JIT compiles the compression for each.
/// </summary>
internal unsafe interface ISha256Lanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Messages at a time.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are registers for the state of two groups.</summary>
    static abstract bool HoldsTwoGroups { get; }

    static abstract TVector Broadcast(uint word);

    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Of each bit that of y where x has it, else z's.</summary>
    static abstract TVector Choose(TVector x, TVector y, TVector z);

    static abstract TVector Majority(TVector x, TVector y, TVector z);

    static abstract TVector BigSigma0(TVector x);

    static abstract TVector BigSigma1(TVector x);

    static abstract TVector SmallSigma0(TVector x);

    static abstract TVector SmallSigma1(TVector x);

    /// <summary>Exchanges big-endian for little-endian words.</summary>
    static abstract TVector SwapBytes(TVector x);

    /// <summary>Reads 16 words of each lane's row and writes them as 16 vectors, word by word.</summary>
    /// <param name="rows">The first lane's.</param>
    /// <param name="stride">Bytes from a lane's row to the next one's.</param>
    /// <param name="words">16 vectors.</param>
    static abstract void LoadTransposed(byte* rows, nint stride, TVector* words);

    /// <summary>Writes 8 vectors, word by word, as 8 words for each lane, one lane after the other.</summary>
    static abstract void StoreTransposed(TVector* words, byte* rows);
}
