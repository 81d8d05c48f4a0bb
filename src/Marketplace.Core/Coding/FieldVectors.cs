using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Core.Coding;

/// <summary>Multiplies runs of bytes by a field element and adds them up.</summary>
static class FieldVectors
{
    /// <summary>Adds <paramref name="coefficient"/> times the source to the destination, element by element.</summary>
    /// <param name="coefficient">A field element.</param>
    /// <param name="source">Any length.</param>
    /// <param name="destination">The same length; changed in place.</param>
    public static void MultiplyAdd(byte coefficient, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length != destination.Length)
            throw new ArgumentException("Source and destination differ in length.", nameof(destination));
        if (coefficient == 0)
            return;
        var done = Avx2.IsSupported ? MultiplyAddVectors(coefficient, source, destination) : 0;
        MultiplyAddScalar(coefficient, source[done..], destination[done..]);
    }

    /// <summary>The truth that vectorised code has to equal.</summary>
    internal static void MultiplyAddScalar(byte coefficient, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
            return;
        Span<byte> products = stackalloc byte[256];
        for (var element = 0; element < products.Length; element++)
            products[element] = GaloisField256.Multiply(coefficient, (byte)element);
        for (var i = 0; i < source.Length; i++)
            destination[i] ^= products[source[i]];
    }

    /// <remarks>A byte's product is the sum of its two nibbles' products, each looked up sixteen at a time.</remarks>
    static int MultiplyAddVectors(byte coefficient, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Span<byte> lowProducts = stackalloc byte[16], highProducts = stackalloc byte[16];
        for (var nibble = 0; nibble < 16; nibble++)
        {
            lowProducts[nibble] = GaloisField256.Multiply(coefficient, (byte)nibble);
            highProducts[nibble] = GaloisField256.Multiply(coefficient, (byte)(nibble << 4));
        }
        var low = Vector256.Create(Vector128.Create<byte>(lowProducts), Vector128.Create<byte>(lowProducts));
        var high = Vector256.Create(Vector128.Create<byte>(highProducts), Vector128.Create<byte>(highProducts));
        var mask = Vector256.Create((byte)0x0F);

        var from = MemoryMarshal.Cast<byte, Vector256<byte>>(source);
        var to = MemoryMarshal.Cast<byte, Vector256<byte>>(destination);
        for (var i = 0; i < from.Length; i++)
        {
            var upper = (from[i].AsUInt16() >>> 4).AsByte() & mask;
            to[i] ^= Avx2.Shuffle(low, from[i] & mask) ^ Avx2.Shuffle(high, upper);
        }
        return from.Length * Vector256<byte>.Count;
    }
}
