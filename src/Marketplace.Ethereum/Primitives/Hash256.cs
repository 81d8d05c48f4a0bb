using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Ethereum.Primitives;

/// <summary>A 32-byte hash: of a block, a transaction, a topic or a typed-data digest.</summary>
public readonly record struct Hash256 : IComparable<Hash256>, ISpanParsable<Hash256>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    readonly ulong w0, w1, w2, w3;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Hash256 Zero => default;

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

    /// <summary>Orders as unsigned big-endian numbers.</summary>
    public int CompareTo(Hash256 other) =>
        (w0, w1, w2, w3).CompareTo((other.w0, other.w1, other.w2, other.w3));

    /// <summary><c>0x</c> and 64 lower-case hex digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());

    /// <exception cref="FormatException">Not <c>0x</c> and 64 hex digits.</exception>
    public static Hash256 Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var hash) ? hash : throw new FormatException("A hash is 0x and 64 hex digits.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static Hash256 Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Reads <c>0x</c> and 64 hex digits; anything else is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Hash256 result)
    {
        result = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (s.Length != 2 + 2 * Size || !s.StartsWith("0x", StringComparison.Ordinal)
            || Convert.FromHexString(s[2..], bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        result = new Hash256(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Hash256)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Hash256 result) =>
        TryParse(s.AsSpan(), provider, out result);
}
