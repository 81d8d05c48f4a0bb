using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector256<uint>;

namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>AVX2: 8 messages.</summary>
internal unsafe struct Sha256Lanes256 : ISha256Lanes<Words>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => Words.Count;

    public static bool HoldsTwoGroups => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Broadcast(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Add(Words left, Words right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Choose(Words x, Words y, Words z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Majority(Words x, Words y, Words z) => (x & y) | (z & (x | y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words BigSigma0(Words x) => RotateRight(x, 2) ^ RotateRight(x, 13) ^ RotateRight(x, 22);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words BigSigma1(Words x) => RotateRight(x, 6) ^ RotateRight(x, 11) ^ RotateRight(x, 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SmallSigma0(Words x) => RotateRight(x, 7) ^ RotateRight(x, 18) ^ (x >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SmallSigma1(Words x) => RotateRight(x, 17) ^ RotateRight(x, 19) ^ (x >>> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words SwapBytes(Words x) => Avx2.Shuffle(x.AsByte(), Vector256.Create(
        Sha256Constants.SwapLow, Sha256Constants.SwapHigh, Sha256Constants.SwapLow, Sha256Constants.SwapHigh).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadTransposed(byte* rows, nint stride, Words* words)
    {
        LoadHalf(rows, stride, words);
        LoadHalf(rows + sizeof(Words), stride, words + Words.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreTransposed(Words* words, byte* rows)
    {
        var (a0, a1, a2, a3) = TransposeWords(words[0], words[1], words[2], words[3]);
        var (b0, b1, b2, b3) = TransposeWords(words[4], words[5], words[6], words[7]);
        var lanes = (Words*)rows;
        (lanes[0], lanes[4]) = TransposeHalves(a0, b0);
        (lanes[1], lanes[5]) = TransposeHalves(a1, b1);
        (lanes[2], lanes[6]) = TransposeHalves(a2, b2);
        (lanes[3], lanes[7]) = TransposeHalves(a3, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void LoadHalf(byte* rows, nint stride, Words* words)
    {
        var (a0, a1, a2, a3) = TransposeWords(Row(rows, stride, 0), Row(rows, stride, 1), Row(rows, stride, 2), Row(rows, stride, 3));
        var (b0, b1, b2, b3) = TransposeWords(Row(rows, stride, 4), Row(rows, stride, 5), Row(rows, stride, 6), Row(rows, stride, 7));
        (words[0], words[4]) = TransposeHalves(a0, b0);
        (words[1], words[5]) = TransposeHalves(a1, b1);
        (words[2], words[6]) = TransposeHalves(a2, b2);
        (words[3], words[7]) = TransposeHalves(a3, b3);
    }

    /// <remarks>Where there is AVX-512 the JIT makes one instruction of this.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Words RotateRight(Words x, int count) => (x >>> count) | (x << (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Words Row(byte* rows, nint stride, int row) => Vector256.Load((uint*)(rows + row * stride));

    /// <summary>Word j of each half of the four rows, in vector j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Words, Words, Words, Words) TransposeWords(Words r0, Words r1, Words r2, Words r3)
    {
        var low01 = Avx2.UnpackLow(r0, r1).AsUInt64();
        var high01 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        var low23 = Avx2.UnpackLow(r2, r3).AsUInt64();
        var high23 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        return (Avx2.UnpackLow(low01, low23).AsUInt32(), Avx2.UnpackHigh(low01, low23).AsUInt32(),
            Avx2.UnpackLow(high01, high23).AsUInt32(), Avx2.UnpackHigh(high01, high23).AsUInt32());
    }

    /// <summary>The lower halves, and the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Words, Words) TransposeHalves(Words a, Words b) => (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
}
