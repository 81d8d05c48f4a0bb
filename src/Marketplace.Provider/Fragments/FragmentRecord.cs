using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Core.Primitives;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// How a fragment lies in a volume: a header of 128 bytes, the fragment's bytes, then the hashes of its blocks of 64 leaves if there is
/// more than one, padded to 4 KiB so that its disk blocks can be given back alone. The header lets a lost index be rebuilt by scanning.
/// </summary>
/// <remarks>
/// Header, big-endian: <c>"SMF1" || u128 agreement || root[32] || u64 length || zeros || u32 CRC-32C of the 124 bytes before</c>.
/// </remarks>
internal static class FragmentRecord
{
    public const int HeaderSize = 128;
    public const int Alignment = 4096;
    const uint Magic = 0x534D4631;
    const int ChecksumAt = HeaderSize - sizeof(uint);

    /// <summary>Bytes a record takes in its volume.</summary>
    /// <param name="length">Bytes of the fragment: a positive multiple of 1,024.</param>
    public static long SizeOf(long length)
    {
        var exact = HeaderSize + length + FragmentBlocks.HashBytes(length);
        return (exact + Alignment - 1) / Alignment * Alignment;
    }

    public static void WriteHeader(Span<byte> header, AgreementId agreement, ReadOnlySpan<byte> root, long length)
    {
        header[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, Magic);
        BinaryPrimitives.WriteUInt128BigEndian(header[4..], agreement.Value);
        root.CopyTo(header[20..52]);
        BinaryPrimitives.WriteInt64BigEndian(header[52..], length);
        BinaryPrimitives.WriteUInt32BigEndian(header[ChecksumAt..], Checksum(header[..ChecksumAt]));
    }

    /// <summary>Reads a header; false if there is none. The bytes behind it are still to be checked against the root.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out AgreementId agreement, out byte[] root, out long length)
    {
        agreement = new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(header[4..]));
        root = header[20..52].ToArray();
        length = BinaryPrimitives.ReadInt64BigEndian(header[52..]);
        return BinaryPrimitives.ReadUInt32BigEndian(header) == Magic
            && BinaryPrimitives.ReadUInt32BigEndian(header[ChecksumAt..]) == Checksum(header[..ChecksumAt])
            && length > 0 && length % FragmentBlocks.LeafBytes == 0;
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
