using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Marketplace.Core.Primitives;

/// <summary>A SHA-256 hash, or a seed of the same size. The default is thirty-two zero bytes.</summary>
public readonly record struct Digest : IComparable<Digest>, ISpanParsable<Digest>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    readonly ulong w0, w1, w2, w3;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Digest Zero => default;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => (w0 | w1 | w2 | w3) == 0;

    /// <summary>The SHA-256 hash of a preimage.</summary>
    public static Digest Of(ReadOnlySpan<byte> preimage)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(preimage, hash);
        return new Digest(hash);
    }

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, w0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], w1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], w2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], w3);
    }

    /// <summary>A new array of 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The remainder of the digest, read as an unsigned big-endian number.</summary>
    /// <exception cref="DivideByZeroException">The modulus is zero.</exception>
    public ulong Modulo(ulong modulus)
    {
        UInt128 rest = w0 % modulus;
        rest = (rest << 64 | w1) % modulus;
        rest = (rest << 64 | w2) % modulus;
        return (ulong)((rest << 64 | w3) % modulus);
    }

    /// <summary>Orders as unsigned big-endian numbers.</summary>
    public int CompareTo(Digest other) => (w0, w1, w2, w3).CompareTo((other.w0, other.w1, other.w2, other.w3));

    /// <summary><c>0x</c> and 64 lower-case hex digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());

    /// <exception cref="FormatException">Not <c>0x</c> and 64 hex digits.</exception>
    public static Digest Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var digest) ? digest : throw new FormatException("A digest is 0x and 64 hex digits.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static Digest Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Reads <c>0x</c> and 64 hex digits; anything else is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Digest result)
    {
        result = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (s.Length != 2 + 2 * Size || !s.StartsWith("0x", StringComparison.Ordinal)
            || Convert.FromHexString(s[2..], bytes, out _, out _) != OperationStatus.Done)
            return false;
        result = new Digest(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Digest)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result) =>
        TryParse(s.AsSpan(), provider, out result);
}
