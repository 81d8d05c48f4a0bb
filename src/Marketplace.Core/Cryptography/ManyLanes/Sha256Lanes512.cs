using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<uint>;

namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>AVX-512: 16 messages, with rotations and functions of three operands in one instruction each.</summary>
internal unsafe struct Sha256Lanes512 : ISha256Lanes<Words>
{
    /// <summary>Truth tables for vpternlogd: bit 4x + 2y + z is the result for those three bits.</summary>
    const byte Xor3 = 0x96, XIsTrueThenYElseZ = 0xCA, AtLeastTwo = 0xE8;

    public static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    public static int Count => Words.Count;

    public static bool HoldsTwoGroups => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Broadcast(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Add(Words left, Words right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Choose(Words x, Words y, Words z) => Avx512F.TernaryLogic(x, y, z, XIsTrueThenYElseZ);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Majority(Words x, Words y, Words z) => Avx512F.TernaryLogic(x, y, z, AtLeastTwo);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words BigSigma0(Words x) =>
        Xor(Avx512F.RotateRight(x, 2), Avx512F.RotateRight(x, 13), Avx512F.RotateRight(x, 22));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words BigSigma1(Words x) =>
        Xor(Avx512F.RotateRight(x, 6), Avx512F.RotateRight(x, 11), Avx512F.RotateRight(x, 25));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SmallSigma0(Words x) =>
        Xor(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SmallSigma1(Words x) =>
        Xor(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), x >>> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SwapBytes(Words x) => Avx512BW.Shuffle(x.AsByte(), Vector512.Create(
        Sha256Constants.SwapLow, Sha256Constants.SwapHigh, Sha256Constants.SwapLow, Sha256Constants.SwapHigh,
        Sha256Constants.SwapLow, Sha256Constants.SwapHigh, Sha256Constants.SwapLow, Sha256Constants.SwapHigh).AsByte()).AsUInt32();

    /// <remarks>First 4x4 words within each quarter of four rows, then 4x4 quarters: 64 shuffles for 256 words.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadTransposed(byte* rows, nint stride, Words* words)
    {
        var (a0, a1, a2, a3) = TransposeWords(Row(rows, stride, 0), Row(rows, stride, 1), Row(rows, stride, 2), Row(rows, stride, 3));
        var (b0, b1, b2, b3) = TransposeWords(Row(rows, stride, 4), Row(rows, stride, 5), Row(rows, stride, 6), Row(rows, stride, 7));
        var (c0, c1, c2, c3) = TransposeWords(Row(rows, stride, 8), Row(rows, stride, 9), Row(rows, stride, 10), Row(rows, stride, 11));
        var (d0, d1, d2, d3) = TransposeWords(Row(rows, stride, 12), Row(rows, stride, 13), Row(rows, stride, 14), Row(rows, stride, 15));
        (words[0], words[4], words[8], words[12]) = TransposeQuarters(a0, b0, c0, d0);
        (words[1], words[5], words[9], words[13]) = TransposeQuarters(a1, b1, c1, d1);
        (words[2], words[6], words[10], words[14]) = TransposeQuarters(a2, b2, c2, d2);
        (words[3], words[7], words[11], words[15]) = TransposeQuarters(a3, b3, c3, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreTransposed(Words* words, byte* rows)
    {
        var halves = stackalloc Words[8];
        (halves[0], halves[1], halves[2], halves[3]) = TransposeWords(words[0], words[1], words[2], words[3]);
        (halves[4], halves[5], halves[6], halves[7]) = TransposeWords(words[4], words[5], words[6], words[7]);
        // Quarter q of vector j is the first half of lane 4q + j, that of vector 4 + j the second.
        var quarters = (Vector128<uint>*)halves;
        for (var lane = 0; lane < 16; lane++)
        {
            quarters[lane % 4 * 4 + lane / 4].Store((uint*)rows + lane * 8);
            quarters[(4 + lane % 4) * 4 + lane / 4].Store((uint*)rows + lane * 8 + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Words Xor(Words x, Words y, Words z) => Avx512F.TernaryLogic(x, y, z, Xor3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Words Row(byte* rows, nint stride, int row) => Vector512.Load((uint*)(rows + row * stride));

    /// <summary>Word j of each quarter of the four rows, in vector j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Words, Words, Words, Words) TransposeWords(Words r0, Words r1, Words r2, Words r3)
    {
        var low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
        var high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
        var low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
        var high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
        return (Avx512F.UnpackLow(low01, low23).AsUInt32(), Avx512F.UnpackHigh(low01, low23).AsUInt32(),
            Avx512F.UnpackLow(high01, high23).AsUInt32(), Avx512F.UnpackHigh(high01, high23).AsUInt32());
    }

    /// <summary>Quarter j of the four vectors, in vector j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Words, Words, Words, Words) TransposeQuarters(Words a, Words b, Words c, Words d)
    {
        const byte Lower = 0x44, Upper = 0xEE, Even = 0x88, Odd = 0xDD;
        var lowAb = Avx512F.Shuffle4x128(a, b, Lower);
        var highAb = Avx512F.Shuffle4x128(a, b, Upper);
        var lowCd = Avx512F.Shuffle4x128(c, d, Lower);
        var highCd = Avx512F.Shuffle4x128(c, d, Upper);
        return (Avx512F.Shuffle4x128(lowAb, lowCd, Even), Avx512F.Shuffle4x128(lowAb, lowCd, Odd),
            Avx512F.Shuffle4x128(highAb, highCd, Even), Avx512F.Shuffle4x128(highAb, highCd, Odd));
    }
}
