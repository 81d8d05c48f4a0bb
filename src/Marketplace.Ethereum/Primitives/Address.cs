using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Ethereum.Primitives;

/// <summary>A 20-byte account address, written with EIP-55's checksum.</summary>
public readonly record struct Address : IComparable<Address>, ISpanParsable<Address>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 20;

    readonly ulong w0, w1;
    readonly uint w2;

    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An address has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        w2 = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>The zero address.</summary>
    public static Address Zero => default;

    /// <param name="destination">At least 20 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, w0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], w1);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], w2);
    }

    /// <summary>A new array of 20 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Orders as unsigned big-endian numbers.</summary>
    public int CompareTo(Address other) => (w0, w1, w2).CompareTo((other.w0, other.w1, other.w2));

    /// <summary><c>0x</c> and 40 hex digits with EIP-55's mixed-case checksum.</summary>
    public override string ToString()
    {
        var hex = Convert.ToHexStringLower(ToArray());
        var hash = Keccak256.Hash(hex).ToArray();
        return string.Create(2 + hex.Length, (hex, hash), static (text, state) =>
        {
            text[0] = '0';
            text[1] = 'x';
            for (var i = 0; i < state.hex.Length; i++)
            {
                var nibble = (state.hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF;
                text[2 + i] = nibble >= 8 ? char.ToUpperInvariant(state.hex[i]) : state.hex[i];
            }
        });
    }

    /// <exception cref="FormatException">Not <c>0x</c> and 40 hex digits, or mixed case with a wrong checksum.</exception>
    public static Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var address)
            ? address
            : throw new FormatException("An address is 0x and 40 hex digits; in mixed case its EIP-55 checksum must be right.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static Address Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Reads one case throughout, or mixed case with the right checksum (EIP-55).</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Address result)
    {
        result = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (s.Length != 2 + 2 * Size || !s.StartsWith("0x", StringComparison.Ordinal)
            || Convert.FromHexString(s[2..], bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        var address = new Address(bytes);
        var digits = s[2..];
        var mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (mixed && !s.SequenceEqual(address.ToString()))
            return false;
        result = address;
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Address)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Address result) =>
        TryParse(s.AsSpan(), provider, out result);
}
