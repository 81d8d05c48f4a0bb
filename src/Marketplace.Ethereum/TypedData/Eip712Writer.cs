using System.Numerics;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.TypedData;

/// <summary>
/// Writes a struct's <c>encodeData</c> (EIP-712): every member becomes one word, and what is longer its hash. Numbers are checked against
/// the width of their type; what does not fit throws <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public sealed class Eip712Writer
{
    readonly AbiWriter words;
    readonly int expected;
    int written;

    internal Eip712Writer(int expected)
    {
        this.expected = expected;
        words = new AbiWriter(expected * AbiWriter.Word);
    }

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt64(ulong value, int bits = 64) => Next().WriteUInt64(value, bits);

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt128(UInt128 value, int bits = 128) => Next().WriteUInt128(value, bits);

    /// <summary>A <c>uintN</c>.</summary>
    public void WriteUInt256(BigInteger value, int bits = 256) => Next().WriteUInt256(value, bits);

    /// <summary>An <c>intN</c>.</summary>
    public void WriteInt256(BigInteger value, int bits = 256) => Next().WriteInt256(value, bits);

    /// <summary>A <c>bool</c>.</summary>
    public void WriteBoolean(bool value) => Next().WriteBoolean(value);

    /// <summary>An <c>address</c>.</summary>
    public void WriteAddress(Address value) => Next().WriteAddress(value);

    /// <summary>A <c>bytes32</c>.</summary>
    public void WriteHash(Hash256 value) => Next().WriteHash(value);

    /// <summary>A <c>bytesN</c>.</summary>
    public void WriteFixedBytes(Bytes value, int size) => Next().WriteFixedBytes(value, size);

    /// <summary>A <c>bytes</c>.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value) => WriteHash(Keccak256.Hash(value));

    /// <summary>A <c>string</c>.</summary>
    public void WriteString(string value) => WriteHash(Keccak256.Hash(value));

    /// <summary>A struct.</summary>
    public void WriteStruct<T>(T value) where T : IEip712Struct<T> => WriteHash(Eip712.StructHash(value));

    /// <summary>An array, of fixed length or not.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="write">Writes one element as a member.</param>
    public void WriteArray<T>(IReadOnlyList<T> values, Action<Eip712Writer, T> write)
    {
        var elements = new Eip712Writer(values.Count);
        foreach (var value in values)
            write(elements, value);
        WriteHash(Keccak256.Hash(elements.ToArray()));
    }

    /// <exception cref="InvalidOperationException">There are more or fewer values than the type has members.</exception>
    internal byte[] ToArray() => written == expected ? words.ToArray()[..(written * AbiWriter.Word)] : throw Miscounted();

    AbiWriter Next() => ++written <= expected ? words : throw Miscounted();

    InvalidOperationException Miscounted() => new($"The type has {expected - 1} members, but {written - 1} were written.");
}
