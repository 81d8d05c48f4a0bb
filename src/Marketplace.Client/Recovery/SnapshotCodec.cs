using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>A live version as a snapshot carries it.</summary>
sealed record SnapshotEntry(ObjectName Name, ulong Number, long Size, DateTimeOffset Created, byte[] Manifest);

/// <summary>What a snapshot says.</summary>
/// <param name="Entries">The live versions.</param>
/// <param name="Garbage">Slots that whoever wrote it was going to clear, the snapshot before this one among them.</param>
sealed record SnapshotContents(IReadOnlyList<SnapshotEntry> Entries, IReadOnlyList<GarbageSlot> Garbage);

/// <summary>
/// The catalog's live versions as bytes: Protocol Buffers' encoding, compressed. Where fragments lie is in the manifests; what else lies in the
/// agreements' slots their providers tell, under a root that both sides signed.
/// </summary>
static class SnapshotCodec
{
    /// <summary>The most garbage that a snapshot names; the rest is cleared by whoever knows it.</summary>
    public const int MaxGarbage = 100_000;

    const int EntryField = 1, GarbageField = 2;

    /// <summary>Bytes of a garbage slot: u128 agreement, u32 slot, u64 start of the root.</summary>
    const int GarbageSize = 16 + 4 + 8;

    /// <summary>The most that a snapshot may measure when it is unpacked: about a million objects.</summary>
    const long MaxUnpacked = 2L << 30;

    public static byte[] Write(IEnumerable<StoredVersion> versions, IReadOnlyList<GarbageSlot> garbage)
    {
        var packed = new MemoryStream();
        using (var compressed = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var writer = new CodedOutputStream(compressed, leaveOpen: true);
            foreach (var version in versions)
            {
                writer.WriteTag(EntryField, WireFormat.WireType.LengthDelimited);
                writer.WriteBytes(WriteEntry(version));
            }
            writer.WriteTag(GarbageField, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(WriteGarbage(garbage));
            writer.Flush();
        }
        return packed.ToArray();
    }

    /// <summary>Null for anything that <see cref="Write"/> did not write.</summary>
    public static SnapshotContents? TryRead(byte[] packed)
    {
        try
        {
            using var unpacked = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            var reader = CodedInputStream.CreateWithLimits(new BoundedStream(unpacked, MaxUnpacked), int.MaxValue, 16);
            var entries = new List<SnapshotEntry>();
            var garbage = new List<GarbageSlot>();
            for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
            {
                switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
                {
                    case (EntryField, WireFormat.WireType.LengthDelimited):
                        if (ReadEntry(reader.ReadBytes()) is not { } entry)
                            return null;
                        entries.Add(entry);
                        break;
                    case (GarbageField, WireFormat.WireType.LengthDelimited):
                        ReadGarbage(reader.ReadBytes().Span, garbage);
                        break;
                    default:
                        reader.SkipLastField();
                        break;
                }
            }
            return new SnapshotContents(entries, garbage);
        }
        catch (Exception e) when (
            e is InvalidProtocolBufferException or InvalidDataException or InvalidOperationException or IOException or OverflowException
            or ArgumentException)
        {
            return null;
        }
    }

    static ByteString WriteEntry(StoredVersion version)
    {
        var entry = new MemoryStream();
        var writer = new CodedOutputStream(entry, leaveOpen: true);
        writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(version.Name.ToBytes()));
        writer.WriteTag(2, WireFormat.WireType.Varint);
        writer.WriteUInt64(version.Number);
        writer.WriteTag(3, WireFormat.WireType.Varint);
        writer.WriteInt64(version.Size);
        writer.WriteTag(4, WireFormat.WireType.Varint);
        writer.WriteInt64(version.Created.ToUnixTimeMilliseconds());
        writer.WriteTag(5, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(version.Manifest));
        writer.Flush();
        return ByteString.CopyFrom(entry.ToArray());
    }

    static ByteString WriteGarbage(IReadOnlyList<GarbageSlot> garbage)
    {
        var bytes = new byte[garbage.Count * GarbageSize];
        for (var i = 0; i < garbage.Count; i++)
        {
            var row = bytes.AsSpan(i * GarbageSize, GarbageSize);
            BinaryPrimitives.WriteUInt128BigEndian(row, garbage[i].Agreement.Value);
            BinaryPrimitives.WriteUInt32BigEndian(row[16..], garbage[i].Slot);
            BinaryPrimitives.WriteUInt64BigEndian(row[20..], garbage[i].RootStart);
        }
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    static void ReadGarbage(ReadOnlySpan<byte> bytes, List<GarbageSlot> garbage)
    {
        for (; bytes.Length >= GarbageSize; bytes = bytes[GarbageSize..])
            garbage.Add(new GarbageSlot(
                new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(bytes)), BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[20..])));
    }

    static SnapshotEntry? ReadEntry(ByteString bytes)
    {
        var reader = bytes.CreateCodedInput();
        ObjectName? name = null;
        var (number, size, created) = (0UL, -1L, 0L);
        byte[] manifest = [];
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.LengthDelimited):
                    name = ObjectName.TryRead(reader.ReadBytes().Span);
                    break;
                case (2, WireFormat.WireType.Varint):
                    number = reader.ReadUInt64();
                    break;
                case (3, WireFormat.WireType.Varint):
                    size = reader.ReadInt64();
                    break;
                case (4, WireFormat.WireType.Varint):
                    created = reader.ReadInt64();
                    break;
                case (5, WireFormat.WireType.LengthDelimited):
                    manifest = reader.ReadBytes().ToByteArray();
                    break;
                default:
                    reader.SkipLastField();
                    break;
            }
        }
        return name is null || number == 0
            || size < 0 ? null : new SnapshotEntry(name, number, size, DateTimeOffset.FromUnixTimeMilliseconds(created), manifest);
    }
}
