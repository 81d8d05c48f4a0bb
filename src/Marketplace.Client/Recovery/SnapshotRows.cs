using System.Buffers.Binary;
using Google.Protobuf;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>The rows of a snapshot as bytes. What a reader does not know of it skips; null for a row that nobody wrote.</summary>
static class SnapshotRows
{
    const int UsualRow = 2048;

    /// <summary>Bytes of a garbage slot: u128 agreement, u32 slot, u64 start of the root.</summary>
    const int GarbageSize = 16 + 4 + 8;

    public static ByteString WriteEntry(SnapshotEntry entry) => Write(writer =>
    {
        writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(entry.Name.ToBytes()));
        writer.WriteTag(2, WireFormat.WireType.Varint);
        writer.WriteUInt64(entry.Number);
        writer.WriteTag(3, WireFormat.WireType.Varint);
        writer.WriteInt64(entry.Size);
        writer.WriteTag(4, WireFormat.WireType.Varint);
        writer.WriteInt64(entry.Created.ToUnixTimeMilliseconds());
        writer.WriteTag(5, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(entry.Manifest));
        if (entry.Since is not { } since)
            return;
        writer.WriteTag(6, WireFormat.WireType.Varint);
        writer.WriteInt64(since.ToUnixTimeMilliseconds());
    });

    public static SnapshotEntry? ReadEntry(ByteString bytes)
    {
        var reader = bytes.CreateCodedInput();
        ObjectName? name = null;
        var (number, size, created) = (0UL, -1L, 0L);
        long? since = null;
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
                case (6, WireFormat.WireType.Varint):
                    since = reader.ReadInt64();
                    break;
                default:
                    reader.SkipLastField();
                    break;
            }
        }
        return name is null || number == 0 || size < 0 ? null
            : new SnapshotEntry(name, number, size, Time(created), manifest, since is { } moment ? Time(moment) : null);
    }

    public static ByteString WriteTags(TaggedName tagged) => Write(writer =>
    {
        writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(tagged.Name.ToBytes()));
        writer.WriteTag(2, WireFormat.WireType.LengthDelimited);
        writer.WriteString(tagged.Tags.Write());
        writer.WriteTag(3, WireFormat.WireType.Varint);
        writer.WriteInt64(tagged.Changed.ToUnixTimeMilliseconds());
    });

    public static TaggedName? ReadTags(ByteString bytes)
    {
        var reader = bytes.CreateCodedInput();
        ObjectName? name = null;
        var tags = TagSet.None;
        var changed = 0L;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.LengthDelimited):
                    name = ObjectName.TryRead(reader.ReadBytes().Span);
                    break;
                case (2, WireFormat.WireType.LengthDelimited):
                    tags = TagSet.Read(reader.ReadString());
                    break;
                case (3, WireFormat.WireType.Varint):
                    changed = reader.ReadInt64();
                    break;
                default:
                    reader.SkipLastField();
                    break;
            }
        }
        return name is null ? null : new TaggedName(name, tags, Time(changed));
    }

    public static ByteString WritePart(SnapshotPart part) => Write(writer =>
    {
        writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(part.Digest.ToArray()));
        writer.WriteTag(2, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(part.Manifest));
    });

    public static SnapshotPart? ReadPart(ByteString bytes)
    {
        var reader = bytes.CreateCodedInput();
        byte[] digest = [], manifest = [];
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.LengthDelimited):
                    digest = reader.ReadBytes().ToByteArray();
                    break;
                case (2, WireFormat.WireType.LengthDelimited):
                    manifest = reader.ReadBytes().ToByteArray();
                    break;
                default:
                    reader.SkipLastField();
                    break;
            }
        }
        return digest.Length == Hash256.Size ? new SnapshotPart(new Hash256(digest), manifest) : null;
    }

    public static ByteString WriteGarbage(IReadOnlyList<GarbageSlot> garbage)
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

    public static void ReadGarbage(ReadOnlySpan<byte> bytes, List<GarbageSlot> garbage)
    {
        for (; bytes.Length >= GarbageSize; bytes = bytes[GarbageSize..])
            garbage.Add(new GarbageSlot(
                new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(bytes)), BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[20..])));
    }

    static ByteString Write(Action<CodedOutputStream> write)
    {
        var row = new MemoryStream(UsualRow);
        var writer = new CodedOutputStream(row, bufferSize: 256, leaveOpen: true);
        write(writer);
        writer.Flush();
        return UnsafeByteOperations.UnsafeWrap(row.GetBuffer().AsMemory(0, (int)row.Length));
    }

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
