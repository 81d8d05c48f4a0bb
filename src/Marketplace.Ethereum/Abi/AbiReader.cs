using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Abi;

/// <summary>Reads one value at the reader's place.</summary>
public delegate T AbiRead<out T>(ref AbiReader reader);

/// <summary>
/// Reads one sequence of values in the contract ABI's encoding (docs.soliditylang.org, "Contract ABI Specification"). The order of calls
/// is the order of the types. Everything that is read may be hostile: every method throws <see cref="AbiDecodingException"/>, and nothing
/// else, for bytes that are not canonical.
/// </summary>
/// <remarks>
/// Exactly one encoding of a value is accepted, the one Solidity writes: padding must be zero (or the sign), and a dynamic value must lie
/// where the one before it ended. So offsets can neither overlap nor leave gaps, a short message cannot unfold into a large value, and
/// lengths are checked against what is left before anything is allocated.
/// </remarks>
public ref struct AbiReader
{
    const int Word = AbiWriter.Word;

    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> data;
    int start;
    int head;
    int tail;

    /// <param name="data">The whole encoding, without a selector.</param>
    /// <param name="headSize">The bytes of all heads together.</param>
    /// <exception cref="AbiDecodingException">Fewer bytes than that.</exception>
    public AbiReader(ReadOnlySpan<byte> data, int headSize)
    {
        this.data = data;
        Enter(headSize);
    }

    /// <summary>Asserts that the encoding ends where the last value ended.</summary>
    public readonly void ExpectEnd()
    {
        if (tail != data.Length)
            throw new AbiDecodingException($"{data.Length - tail} bytes follow the last value.");
    }

    /// <summary>A <c>uintN</c> that must be below 2^64.</summary>
    public ulong ReadUInt64(int bits)
    {
        var word = NextWord();
        var value = BinaryPrimitives.ReadUInt64BigEndian(word[(Word - sizeof(ulong))..]);
        if (word[..(Word - sizeof(ulong))].ContainsAnyExcept((byte)0) || (bits < 64 && value >> bits != 0))
            throw OutOfRange("uint", Math.Min(bits, 64));
        return value;
    }

    /// <summary>A <c>uintN</c> that must be below 2^128.</summary>
    public UInt128 ReadUInt128(int bits)
    {
        var word = NextWord();
        var value = BinaryPrimitives.ReadUInt128BigEndian(word[16..]);
        if (word[..16].ContainsAnyExcept((byte)0) || (bits < 128 && value >> bits != 0))
            throw OutOfRange("uint", Math.Min(bits, 128));
        return value;
    }

    /// <summary>A <c>uintN</c>.</summary>
    public BigInteger ReadUInt256(int bits)
    {
        var value = new BigInteger(NextWord(), isUnsigned: true, isBigEndian: true);
        return value.GetBitLength() <= bits ? value : throw OutOfRange("uint", bits);
    }

    /// <summary>An <c>intN</c> that must lie in a long's range.</summary>
    public long ReadInt64(int bits) => (long)ReadInt256(Math.Min(bits, 64));

    /// <summary>An <c>intN</c> that must lie in an Int128's range.</summary>
    public Int128 ReadInt128(int bits) => (Int128)ReadInt256(Math.Min(bits, 128));

    /// <summary>An <c>intN</c>.</summary>
    public BigInteger ReadInt256(int bits)
    {
        var value = new BigInteger(NextWord(), isUnsigned: false, isBigEndian: true);
        return value.GetBitLength() <= bits - 1 ? value : throw OutOfRange("int", bits);
    }

    /// <summary>A <c>bool</c>: 0 or 1.</summary>
    public bool ReadBoolean()
    {
        var value = ReadUInt64(256);
        return value <= 1 ? value == 1 : throw new AbiDecodingException("A bool is neither 0 nor 1.");
    }

    /// <summary>An <c>address</c>.</summary>
    public Address ReadAddress()
    {
        var word = NextWord();
        if (word[..(Word - Address.Size)].ContainsAnyExcept((byte)0))
            throw new AbiDecodingException("An address is wider than 20 bytes.");
        return new Address(word[(Word - Address.Size)..]);
    }

    /// <summary>A <c>bytes32</c>.</summary>
    public Hash256 ReadHash() => new(NextWord());

    /// <summary>A <c>bytesN</c>.</summary>
    public Bytes ReadFixedBytes(int size)
    {
        var word = NextWord();
        if (word[size..].ContainsAnyExcept((byte)0))
            throw new AbiDecodingException($"A bytes{size} is wider than {size} bytes.");
        return new Bytes(word[..size]);
    }

    /// <summary>An enum of C#; the number must be one of its members.</summary>
    public T ReadEnum<T>() where T : struct, Enum
    {
        var number = ReadUInt64(8);
        var value = (T)Enum.ToObject(typeof(T), number);
        return Enum.IsDefined(value) ? value : throw new AbiDecodingException($"{number} is no {typeof(T).Name}.");
    }

    /// <summary>A <c>bytes</c>.</summary>
    public Bytes ReadBytes() => new(ReadByteSpan());

    /// <summary>A <c>string</c>, which must be UTF-8.</summary>
    public string ReadString()
    {
        var bytes = ReadByteSpan();
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new AbiDecodingException("A string is not UTF-8.");
        }
    }

    /// <summary>A struct.</summary>
    public T ReadTuple<T>() where T : IAbiTuple<T> => ReadTuple(T.AbiHeadSize, T.IsAbiDynamic, T.ReadAbi);

    /// <summary>A tuple without a C# type of its own.</summary>
    /// <param name="headSize">The bytes of the members' heads together.</param>
    /// <param name="isDynamic">Whether any member is dynamic.</param>
    /// <param name="read">Reads the members in their order.</param>
    public T ReadTuple<T>(int headSize, bool isDynamic, AbiRead<T> read)
    {
        if (!isDynamic)
            return read(ref this);
        ExpectOffset();
        var outer = Enter(headSize);
        var value = read(ref this);
        (start, head) = outer;
        return value;
    }

    /// <summary>A <c>T[]</c>.</summary>
    /// <param name="elementHeadSize">The bytes of an element's head, at least 32: 32 when it is dynamic.</param>
    /// <param name="read">Reads one element.</param>
    public IReadOnlyList<T> ReadArray<T>(int elementHeadSize, AbiRead<T> read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elementHeadSize, Word);
        ExpectOffset();
        var count = ReadLength();
        if (count > (data.Length - tail) / elementHeadSize)
            throw new AbiDecodingException($"An array of {count} elements does not fit in what is left.");
        return ReadElements(count, elementHeadSize, read);
    }

    /// <summary>A <c>T[count]</c>.</summary>
    public IReadOnlyList<T> ReadFixedArray<T>(int count, int elementHeadSize, bool isElementDynamic, AbiRead<T> read)
    {
        if (isElementDynamic)
        {
            ExpectOffset();
            return ReadElements(count, elementHeadSize, read);
        }
        if ((data.Length - head) / Math.Max(elementHeadSize, Word) < count)
            throw CutOff();
        return ReadEach(count, read);
    }

    T[] ReadElements<T>(int count, int elementHeadSize, AbiRead<T> read)
    {
        var outer = Enter((long)count * elementHeadSize);
        var values = ReadEach(count, read);
        (start, head) = outer;
        return values;
    }

    T[] ReadEach<T>(int count, AbiRead<T> read)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
            values[i] = read(ref this);
        return values;
    }

    ReadOnlySpan<byte> ReadByteSpan()
    {
        ExpectOffset();
        var size = ReadLength();
        if (size > data.Length - tail)
            throw CutOff();
        var padded = ((long)size + Word - 1) / Word * Word;
        if (padded > data.Length - tail)
            throw CutOff();
        var content = data.Slice(tail, (int)padded);
        if (content[size..].ContainsAnyExcept((byte)0))
            throw new AbiDecodingException("The padding of a byte string is not zero.");
        tail += (int)padded;
        return content[..size];
    }

    /// <summary>The length word at the tail; any that does not fit an int is beyond the data anyway.</summary>
    int ReadLength()
    {
        if (data.Length - tail < Word)
            throw CutOff();
        var word = data.Slice(tail, Word);
        tail += Word;
        var value = BinaryPrimitives.ReadInt32BigEndian(word[(Word - sizeof(int))..]);
        return value >= 0 && !word[..(Word - sizeof(int))].ContainsAnyExcept((byte)0) ? value : throw CutOff();
    }

    void ExpectOffset()
    {
        var word = NextWord();
        if (word[..(Word - sizeof(int))].ContainsAnyExcept((byte)0)
            || BinaryPrimitives.ReadInt32BigEndian(word[(Word - sizeof(int))..]) != tail - start)
            throw new AbiDecodingException("An offset does not point to where the value before it ended.");
    }

    (int Start, int Head) Enter(long headSize)
    {
        if (headSize > data.Length - tail)
            throw CutOff();
        var outer = (start, head);
        start = head = tail;
        tail += (int)headSize;
        return outer;
    }

    ReadOnlySpan<byte> NextWord()
    {
        if (data.Length - head < Word)
            throw CutOff();
        var word = data.Slice(head, Word);
        head += Word;
        return word;
    }

    static AbiDecodingException CutOff() => new("The encoding is cut off.");

    static AbiDecodingException OutOfRange(string kind, int bits) => new($"A number does not fit {kind}{bits}.");
}
