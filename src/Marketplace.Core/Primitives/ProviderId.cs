using System.Buffers.Binary;

namespace Marketplace.Core.Primitives;

/// <summary>A provider, known by its owner's address: 20 bytes.</summary>
public readonly record struct ProviderId : IComparable<ProviderId>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 20;

    readonly ulong w0, w1;
    readonly uint w2;

    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public ProviderId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A provider's address has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        w2 = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

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

    /// <inheritdoc/>
    public int CompareTo(ProviderId other) => (w0, w1, w2).CompareTo((other.w0, other.w1, other.w2));

    /// <summary><c>0x</c> and 40 lower-case hex digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());
}
