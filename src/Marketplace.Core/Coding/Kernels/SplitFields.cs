using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// A byte's product is the sum of its two nibbles' products, and a shuffle looks sixteen of those up for every byte of a vector at once.
/// </summary>
/// <remarks>Plank, Greenan, Miller, "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions", 2013.</remarks>
internal static class NibbleTables
{
    /// <summary>Sixteen products of low nibbles, then sixteen of high ones.</summary>
    public const int Size = 32;

    public static void Write(byte coefficient, Span<byte> table)
    {
        for (var nibble = 0; nibble < 16; nibble++)
        {
            table[nibble] = GaloisField256.Multiply(coefficient, (byte)nibble);
            table[16 + nibble] = GaloisField256.Multiply(coefficient, (byte)(nibble << 4));
        }
    }
}

/// <summary>A source's low and high nibbles, or their tables.</summary>
internal readonly record struct NibblePair256(Vector256<byte> Low, Vector256<byte> High);

/// <inheritdoc cref="NibblePair256"/>
internal readonly record struct NibblePair128(Vector128<byte> Low, Vector128<byte> High);

/// <summary>AVX2: 32 bytes at a time.</summary>
internal unsafe struct SplitField256 : IFieldVectors<Vector256<byte>, NibblePair256>
{
    public static int Width => Vector256<byte>.Count;

    /// <summary>Of 16 registers eight hold sums, four sources and two tables.</summary>
    public static int MaxGroup => 4;

    public static bool FoldsPairs => false;

    public static int TableSize => NibbleTables.Size;

    public static void WriteTable(byte coefficient, Span<byte> table) => NibbleTables.Write(coefficient, table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NibblePair256 LoadTable(byte* table) =>
        new(Avx2.BroadcastVector128ToVector256(table), Avx2.BroadcastVector128ToVector256(table + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NibblePair256 LoadSource(byte* source)
    {
        var bytes = Vector256.Load(source);
        var mask = Vector256.Create((byte)0x0F);
        return new(bytes & mask, (bytes.AsUInt16() >>> 4).AsByte() & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(NibblePair256 source, NibblePair256 table) =>
        Avx2.Shuffle(table.Low, source.Low) ^ Avx2.Shuffle(table.High, source.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> left, Vector256<byte> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> first, Vector256<byte> second, Vector256<byte> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector256<byte> vector, byte* destination) => vector.StoreAlignedNonTemporal(destination);
}

/// <summary>NEON, or SSSE3: 16 bytes at a time.</summary>
internal unsafe struct SplitField128 : IFieldVectors<Vector128<byte>, NibblePair128>
{
    public static int Width => Vector128<byte>.Count;

    /// <summary>As for AVX2; NEON has twice the registers and would take more.</summary>
    public static int MaxGroup => 4;

    public static bool FoldsPairs => false;

    public static int TableSize => NibbleTables.Size;

    public static void WriteTable(byte coefficient, Span<byte> table) => NibbleTables.Write(coefficient, table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NibblePair128 LoadTable(byte* table) => new(Vector128.Load(table), Vector128.Load(table + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NibblePair128 LoadSource(byte* source)
    {
        var bytes = Vector128.Load(source);
        return new(bytes & Vector128.Create((byte)0x0F), bytes >>> 4);
    }

    /// <remarks>Native shuffles differ between processors only for indices above 15, and nibbles have none.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Multiply(NibblePair128 source, NibblePair128 table) =>
        Vector128.ShuffleNative(table.Low, source.Low) ^ Vector128.ShuffleNative(table.High, source.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add(Vector128<byte> left, Vector128<byte> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector128<byte> vector, byte* destination) => vector.StoreAlignedNonTemporal(destination);
}
