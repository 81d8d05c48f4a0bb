namespace Marketplace.Core.Coding;

/// <summary>
/// The field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D), in which 2 generates all non-zero elements. Addition is exclusive
/// or.
/// </summary>
public static class GaloisField256
{
    /// <summary>The reducing polynomial.</summary>
    public const int Polynomial = 0x11D;

    /// <summary>Powers of 2, twice over, so that a sum of two logarithms needs no reduction.</summary>
    static readonly byte[] Powers = new byte[510];

    static readonly byte[] Logarithms = new byte[256];

    static GaloisField256()
    {
        var power = 1;
        for (var exponent = 0; exponent < 255; exponent++)
        {
            Powers[exponent] = Powers[exponent + 255] = (byte)power;
            Logarithms[power] = (byte)exponent;
            power <<= 1;
            if (power > 255)
                power ^= Polynomial;
        }
    }

    /// <summary>The product of two elements.</summary>
    public static byte Multiply(byte left, byte right) =>
        left == 0 || right == 0 ? (byte)0 : Powers[Logarithms[left] + Logarithms[right]];

    /// <summary>The element whose product with this one is 1.</summary>
    /// <exception cref="DivideByZeroException">Zero has none.</exception>
    public static byte Inverse(byte element) =>
        element == 0 ? throw new DivideByZeroException("Zero has no inverse.") : Powers[255 - Logarithms[element]];

    /// <summary>
    /// Adds a factor's products with the source to the destination, element by element. For short runs: it looks up each by itself.
    /// </summary>
    /// <param name="factor">An element.</param>
    /// <param name="source">Any number of elements.</param>
    /// <param name="destination">At least as many.</param>
    internal static void MultiplyAdd(byte factor, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (var i = 0; i < source.Length; i++)
            destination[i] ^= Multiply(factor, source[i]);
    }
}
