using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Rlp;

/// <summary>
/// Reads Recursive Length Prefix items (Ethereum Yellow Paper, appendix B) one after another from a span, without copying. Only the
/// canonical encoding is accepted: every method throws <see cref="MalformedRlpException"/> for anything else, and never reads beyond the
/// span.
/// </summary>
public ref struct RlpReader
{
    const int StringBase = 0x80;
    const int LongString = 0xB7;
    const int ListBase = 0xC0;
    const int LongList = 0xF7;
    const int ShortLimit = 55;

    ReadOnlySpan<byte> rest;

    /// <param name="data">The items, end to end.</param>
    public RlpReader(ReadOnlySpan<byte> data) => rest = data;

    /// <summary>Whether every item has been read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>Whether the next item is a list; false at the end.</summary>
    public readonly bool IsList => !rest.IsEmpty && rest[0] >= ListBase;

    /// <summary>The next item, a byte string; a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var first = First();
        if (first >= ListBase)
            throw new MalformedRlpException("A list stands where a byte string was expected.");
        if (first < StringBase)
            return Take(0, 1);
        var content = TakeContent(first, StringBase, LongString);
        if (content.Length == 1 && content[0] < StringBase)
            throw new MalformedRlpException("A single byte below 0x80 must be its own encoding.");
        return content;
    }

    /// <summary>The next item, a list; the result reads its contents.</summary>
    public RlpReader ReadList()
    {
        var first = First();
        if (first < ListBase)
            throw new MalformedRlpException("A byte string stands where a list was expected.");
        return new RlpReader(TakeContent(first, ListBase, LongList));
    }

    /// <summary>The next item, a number below 2^64 without leading zeros.</summary>
    public ulong ReadUInt64()
    {
        var bytes = ReadNumber(sizeof(ulong));
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        bytes.CopyTo(padded[(sizeof(ulong) - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    /// <summary>The next item, a number below 2^256 without leading zeros.</summary>
    public BigInteger ReadUInt256() => new(ReadNumber(Hash256.Size), isUnsigned: true, isBigEndian: true);

    /// <summary>The next item, 20 bytes; or null for the empty string.</summary>
    public Address? ReadAddress()
    {
        var bytes = ReadBytes();
        return bytes.Length switch
        {
            0 => null,
            Address.Size => new Address(bytes),
            _ => throw new MalformedRlpException($"An address has {Address.Size} bytes, not {bytes.Length}."),
        };
    }

    /// <summary>The next item, 32 bytes.</summary>
    public Hash256 ReadHash()
    {
        var bytes = ReadBytes();
        return bytes.Length == Hash256.Size
            ? new Hash256(bytes)
            : throw new MalformedRlpException($"A hash has {Hash256.Size} bytes, not {bytes.Length}.");
    }

    /// <summary>Asserts that every item has been read.</summary>
    public readonly void ExpectEnd()
    {
        if (!rest.IsEmpty)
            throw new MalformedRlpException($"{rest.Length} bytes follow the last item.");
    }

    ReadOnlySpan<byte> ReadNumber(int limit)
    {
        var bytes = ReadBytes();
        if (bytes.Length > limit)
            throw new MalformedRlpException($"A number of {bytes.Length} bytes stands where at most {limit} fit.");
        if (!bytes.IsEmpty && bytes[0] == 0)
            throw new MalformedRlpException("A number has no leading zeros.");
        return bytes;
    }

    readonly byte First() => rest.IsEmpty ? throw new MalformedRlpException("An item is missing.") : rest[0];

    ReadOnlySpan<byte> TakeContent(byte first, int kind, int longKind)
    {
        if (first <= kind + ShortLimit)
            return Take(1, first - kind);
        var digits = first - longKind;
        if (rest.Length < 1 + digits)
            throw new MalformedRlpException("The length of an item is cut off.");
        var number = rest[1..(1 + digits)];
        if (number[0] == 0)
            throw new MalformedRlpException("The length of an item has leading zeros.");
        ulong size = 0;
        foreach (var digit in number)
            size = (size << 8) | digit;
        if (size <= ShortLimit)
            throw new MalformedRlpException("A short item is written in the long form.");
        if (size > (ulong)(rest.Length - 1 - digits))
            throw new MalformedRlpException("An item is longer than the bytes that are left.");
        return Take(1 + digits, (int)size);
    }

    ReadOnlySpan<byte> Take(int header, int size)
    {
        if (rest.Length - header < size)
            throw new MalformedRlpException("An item is longer than the bytes that are left.");
        var content = rest.Slice(header, size);
        rest = rest[(header + size)..];
        return content;
    }
}
