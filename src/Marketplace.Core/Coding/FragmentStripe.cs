namespace Marketplace.Core.Coding;

/// <summary>
/// The same range of all n fragments of a segment, in one run of memory: fragment i starts at i times the stride. Small enough to stay in a
/// core's second-level cache, a stripe is encrypted, coded, masked and hashed without going back to memory in between.
/// </summary>
public readonly ref struct FragmentStripe
{
    /// <param name="bytes">All fragments; fastest where it starts at a multiple of 64 bytes.</param>
    /// <param name="stride">Bytes from a fragment's start to the next one's, at least <paramref name="length"/>; see <see
    /// cref="StrideFor"/>.</param>
    /// <param name="length">Bytes of each fragment.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or longer than the stride.</exception>
    public FragmentStripe(Span<byte> bytes, int stride, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, length);
        Bytes = bytes;
        Stride = stride;
        Length = length;
    }

    /// <summary>All fragments, and what lies between them.</summary>
    public Span<byte> Bytes { get; }

    /// <summary>Bytes from a fragment's start to the next one's.</summary>
    public int Stride { get; }

    /// <summary>Bytes of each fragment.</summary>
    public int Length { get; }

    /// <summary>A fragment's bytes.</summary>
    public Span<byte> this[int fragment] => Bytes.Slice(checked(fragment * Stride), Length);

    /// <summary>
    /// A good stride: the length in whole lines of 64 bytes, and as many more as make it an odd number of lines. Were it a power of two,
    /// the same offset of all fragments would fall into one set of the first-level cache, which holds only eight or twelve lines.
    /// </summary>
    public static int StrideFor(int length)
    {
        const int Line = 64;
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return checked(((length + Line - 1) / Line | 1) * Line);
    }

    /// <summary>Bytes that n fragments take up.</summary>
    public static int SizeFor(int fragments, int length) => checked(fragments * StrideFor(length));

    /// <exception cref="ArgumentException">There is no room for so many fragments.</exception>
    internal void RequireRoomFor(int fragments)
    {
        if (fragments > 0 && (long)(fragments - 1) * Stride + Length > Bytes.Length)
            throw new ArgumentException($"{fragments} fragments of {Length} bytes, {Stride} apart, do not fit into {Bytes.Length}.");
    }
}
