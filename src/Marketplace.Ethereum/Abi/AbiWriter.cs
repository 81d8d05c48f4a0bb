using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Abi;

/// <summary>
/// Writes one sequence of values in the contract ABI's encoding (docs.soliditylang.org, "Contract ABI Specification"), each where its
/// type says: in the head, or in the tail with its offset in the head. The order of calls is the order of the types.
/// </summary>
/// <remarks>Numbers are checked against the width of their Solidity type; what does not fit throws
/// <see cref="ArgumentOutOfRangeException"/>.</remarks>
public sealed class AbiWriter
{
    /// <summary>The size of a word in bytes.</summary>
    public const int Word = 32;

    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    byte[] buffer;
    int length;
    int start;
    int head;

    /// <param name="headSize">The bytes of all heads together.</param>
    public AbiWriter(int headSize)
    {
        buffer = new byte[Math.Max(headSize, Word)];
        length = headSize;
    }

    /// <param name="selector">Goes before everything else and is not counted in offsets.</param>
    /// <param name="headSize">The bytes of all heads together.</param>
    public AbiWriter(Selector selector, int headSize)
    {
        buffer = new byte[Selector.Size + headSize];
        selector.CopyTo(buffer);
        start = head = Selector.Size;
        length = buffer.Length;
    }

    /// <summary>What has been written.</summary>
    public byte[] ToArray() => buffer[..length];

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt64(ulong value, int bits)
    {
        if (bits < 64 && value >> bits != 0)
            throw OutOfRange(value, "uint", bits);
        BinaryPrimitives.WriteUInt64BigEndian(NextWord()[(Word - sizeof(ulong))..], value);
    }

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt128(UInt128 value, int bits)
    {
        if (bits < 128 && value >> bits != 0)
            throw OutOfRange(value, "uint", bits);
        BinaryPrimitives.WriteUInt128BigEndian(NextWord()[16..], value);
    }

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt256(BigInteger value, int bits)
    {
        if (value.Sign < 0 || value.GetBitLength() > bits)
            throw OutOfRange(value, "uint", bits);
        WriteBig(NextWord(), value);
    }

    /// <summary>An <c>intN</c>.</summary>
    public void WriteInt64(long value, int bits) => WriteInt256(value, bits);

    /// <summary>An <c>intN</c>.</summary>
    public void WriteInt128(Int128 value, int bits) => WriteInt256((BigInteger)value, bits);

    /// <summary>An <c>intN</c>.</summary>
    public void WriteInt256(BigInteger value, int bits)
    {
        // GetBitLength leaves the sign out: -128 needs 7 bits and a sign, as 127 does.
        if (value.GetBitLength() > bits - 1)
            throw OutOfRange(value, "int", bits);
        var word = NextWord();
        if (value.Sign < 0)
            word.Fill(0xFF);
        WriteBig(word, value);
    }

    /// <summary>A <c>bool</c>.</summary>
    public void WriteBoolean(bool value) => NextWord()[^1] = value ? (byte)1 : (byte)0;

    /// <summary>An <c>address</c>, or a contract's.</summary>
    public void WriteAddress(Address value) => value.CopyTo(NextWord()[(Word - Address.Size)..]);

    /// <summary>A <c>bytes32</c>.</summary>
    public void WriteHash(Hash256 value) => value.CopyTo(NextWord());

    /// <summary>A <c>bytesN</c>.</summary>
    /// <exception cref="ArgumentException">The value has another length than <paramref name="size"/>.</exception>
    public void WriteFixedBytes(Bytes value, int size)
    {
        if (value.Length != size)
            throw new ArgumentException($"bytes{size} has {size} bytes, not {value.Length}.", nameof(value));
        value.Span.CopyTo(NextWord());
    }

    /// <summary>A <c>bytes</c>.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteOffset();
        WriteInt(Grow(Word), value.Length);
        value.CopyTo(Grow(checked(value.Length + Word - 1) / Word * Word));
    }

    /// <summary>A <c>bytes</c>.</summary>
    public void WriteBytes(Bytes value) => WriteBytes(value.Span);

    /// <summary>A <c>string</c>.</summary>
    /// <exception cref="EncoderFallbackException">A surrogate stands alone.</exception>
    public void WriteString(string value) => WriteBytes(StrictUtf8.GetBytes(value));

    /// <summary>A struct.</summary>
    public void WriteTuple<T>(T value) where T : IAbiTuple<T> =>
        WriteTuple(value, T.AbiHeadSize, T.IsAbiDynamic, static (writer, tuple) => tuple.WriteAbi(writer));

    /// <summary>A tuple without a C# type of its own.</summary>
    /// <param name="value">What <paramref name="write"/> receives.</param>
    /// <param name="headSize">The bytes of the members' heads together.</param>
    /// <param name="isDynamic">Whether any member is dynamic.</param>
    /// <param name="write">Writes the members in their order.</param>
    public void WriteTuple<T>(T value, int headSize, bool isDynamic, Action<AbiWriter, T> write)
    {
        if (!isDynamic)
        {
            write(this, value);
            return;
        }
        WriteOffset();
        var outer = Enter(headSize);
        write(this, value);
        (start, head) = outer;
    }

    /// <summary>A <c>T[]</c>.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="elementHeadSize">The bytes of an element's head: 32 when it is dynamic.</param>
    /// <param name="write">Writes one element.</param>
    public void WriteArray<T>(IReadOnlyList<T> values, int elementHeadSize, Action<AbiWriter, T> write)
    {
        WriteOffset();
        WriteInt(Grow(Word), values.Count);
        WriteElements(values, elementHeadSize, write);
    }

    /// <summary>A <c>T[count]</c>.</summary>
    /// <exception cref="ArgumentException">There are more or fewer elements than <paramref name="count"/>.</exception>
    public void WriteFixedArray<T>(
        IReadOnlyList<T> values, int count, int elementHeadSize, bool isElementDynamic, Action<AbiWriter, T> write)
    {
        if (values.Count != count)
            throw new ArgumentException($"The array has {count} elements, not {values.Count}.", nameof(values));
        if (isElementDynamic)
        {
            WriteOffset();
            WriteElements(values, elementHeadSize, write);
            return;
        }
        foreach (var value in values)
            write(this, value);
    }

    void WriteElements<T>(IReadOnlyList<T> values, int elementHeadSize, Action<AbiWriter, T> write)
    {
        var outer = Enter(checked(values.Count * elementHeadSize));
        foreach (var value in values)
            write(this, value);
        (start, head) = outer;
    }

    (int Start, int Head) Enter(int headSize)
    {
        var outer = (start, head);
        start = head = length;
        Grow(headSize);
        return outer;
    }

    void WriteOffset() => WriteInt(NextWord(), length - start);

    Span<byte> NextWord()
    {
        var word = buffer.AsSpan(head, Word);
        head += Word;
        return word;
    }

    Span<byte> Grow(int size)
    {
        var end = checked(length + size);
        if (end > buffer.Length)
            Array.Resize(ref buffer, Math.Max(end, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        var grown = buffer.AsSpan(length, size);
        length = end;
        return grown;
    }

    static void WriteInt(Span<byte> word, int value) => BinaryPrimitives.WriteInt32BigEndian(word[(Word - sizeof(int))..], value);

    static void WriteBig(Span<byte> word, BigInteger value)
    {
        var isUnsigned = value.Sign >= 0;
        value.TryWriteBytes(word[(Word - value.GetByteCount(isUnsigned))..], out _, isUnsigned, isBigEndian: true);
    }

    static ArgumentOutOfRangeException OutOfRange(object value, string kind, int bits) =>
        new(nameof(value), value, $"The value does not fit {kind}{bits}.");
}
