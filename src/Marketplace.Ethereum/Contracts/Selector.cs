using System.Buffers.Binary;
using System.Globalization;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Contracts;

/// <summary>The first four bytes of the Keccak-256 of a function's or error's signature; what its encoding begins with.</summary>
/// <param name="Value">The four bytes as a big-endian number.</param>
public readonly record struct Selector(uint Value)
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 4;

    /// <param name="signature">Canonical: <c>transfer(address,uint256)</c>.</param>
    public static Selector Of(string signature)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak256.Hash(signature).CopyTo(hash);
        return new Selector(BinaryPrimitives.ReadUInt32BigEndian(hash));
    }

    /// <summary>The selector with which <paramref name="data"/> begins; false when it is shorter than four bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out Selector selector)
    {
        var whole = BinaryPrimitives.TryReadUInt32BigEndian(data, out var value);
        selector = new Selector(value);
        return whole;
    }

    /// <param name="destination">At least 4 bytes.</param>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    /// <summary>The bytes after the selector.</summary>
    /// <exception cref="Abi.AbiDecodingException"><paramref name="data"/> begins otherwise.</exception>
    public ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> data) =>
        TryRead(data, out var actual) && actual == this
            ? data[Size..]
            : throw new Abi.AbiDecodingException($"The data does not begin with the selector {this}.");

    /// <summary><c>0x</c> and 8 hex digits.</summary>
    public override string ToString() => "0x" + Value.ToString("x8", CultureInfo.InvariantCulture);
}
