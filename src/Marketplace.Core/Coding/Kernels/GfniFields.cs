using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// Multiplication by a constant is linear over single bits, so the instruction vgf2p8affineqb does it with an 8x8 bit matrix in one step.
/// (The instruction made for multiplying, vgf2p8mulb, knows only AES's polynomial, 0x11B.)
/// </summary>
internal static class AffineMatrix
{
    public const int Size = sizeof(ulong);

    /// <remarks>
    /// Bit i of a product is the parity of the source and the matrix's byte 7 - i; its bit j says whether the coefficient's product with
    /// 2^j has bit i.
    /// </remarks>
    public static ulong Of(byte coefficient)
    {
        var matrix = 0UL;
        for (var j = 0; j < 8; j++)
        {
            var product = GaloisField256.Multiply(coefficient, (byte)(1 << j));
            for (var i = 0; i < 8; i++)
                matrix |= (ulong)(product >> i & 1) << (8 * (7 - i) + j);
        }
        return matrix;
    }

    public static void Write(byte coefficient, Span<byte> table) => BinaryPrimitives.WriteUInt64LittleEndian(table, Of(coefficient));
}

/// <summary>64 bytes at a time.</summary>
internal unsafe struct GfniField512 : IFieldVectors<Vector512<byte>, Vector512<byte>>
{
    /// <summary>The truth table of the exclusive or of three bits.</summary>
    const byte Xor3 = 0x96;

    public static int Width => Vector512<byte>.Count;

    /// <summary>Of 32 registers 20 hold sums, four sources and two matrices.</summary>
    public static int MaxGroup => 10;

    public static bool FoldsPairs => true;

    public static int TableSize => AffineMatrix.Size;

    public static void WriteTable(byte coefficient, Span<byte> table) => AffineMatrix.Write(coefficient, table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadTable(byte* table) => Vector512.Create(*(ulong*)table).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadSource(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Multiply(Vector512<byte> source, Vector512<byte> table) =>
        Gfni.V512.GaloisFieldAffineTransform(source, table, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> left, Vector512<byte> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> first, Vector512<byte> second, Vector512<byte> third) =>
        Avx512F.TernaryLogic(first, second, third, Xor3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector512<byte> vector, byte* destination) => vector.StoreAlignedNonTemporal(destination);
}

/// <summary>32 bytes at a time, for processors with GFNI and AVX2 alone.</summary>
internal unsafe struct GfniField256 : IFieldVectors<Vector256<byte>, Vector256<byte>>
{
    public static int Width => Vector256<byte>.Count;

    /// <summary>Of 16 registers eight hold sums, four sources and two matrices.</summary>
    public static int MaxGroup => 4;

    public static bool FoldsPairs => true;

    public static int TableSize => AffineMatrix.Size;

    public static void WriteTable(byte coefficient, Span<byte> table) => AffineMatrix.Write(coefficient, table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadTable(byte* table) => Vector256.Create(*(ulong*)table).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LoadSource(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(Vector256<byte> source, Vector256<byte> table) =>
        Gfni.V256.GaloisFieldAffineTransform(source, table, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> left, Vector256<byte> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> first, Vector256<byte> second, Vector256<byte> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector256<byte> vector, byte* destination) => vector.StoreAlignedNonTemporal(destination);
}
