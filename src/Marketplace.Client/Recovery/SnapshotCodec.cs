using System.IO.Compression;
using Google.Protobuf;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>A live version as a snapshot carries it.</summary>
sealed record SnapshotEntry(ObjectName Name, ulong Number, long Size, DateTimeOffset Created, byte[] Manifest);

/// <summary>
/// The catalog's live versions as bytes: Protocol Buffers' encoding, compressed. Where fragments lie is in the manifests; what else lies in
/// the
/// agreements' slots their providers tell, under a root that both sides signed.
/// </summary>
static class SnapshotCodec
{
    const int EntryField = 1;

    /// <summary>The most that a snapshot may measure when it is unpacked: about a million objects.</summary>
    const long MaxUnpacked = 2L << 30;

    public static byte[] Write(IEnumerable<StoredVersion> versions)
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
            writer.Flush();
        }
        return packed.ToArray();
    }

    /// <summary>Null for anything that <see cref="Write"/> did not write.</summary>
    public static IReadOnlyList<SnapshotEntry>? TryRead(byte[] packed)
    {
        try
        {
            using var unpacked = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            var reader = CodedInputStream.CreateWithLimits(new BoundedStream(unpacked, MaxUnpacked), int.MaxValue, 16);
            var entries = new List<SnapshotEntry>();
            for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
            {
                if (WireFormat.GetTagFieldNumber(tag) != EntryField || WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
                    reader.SkipLastField();
                else if (ReadEntry(reader.ReadBytes()) is { } entry)
                    entries.Add(entry);
                else
                    return null;
            }
            return entries;
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

/// <summary>Ends with a fault instead of unpacking without bound.</summary>
sealed class BoundedStream(Stream inner, long limit) : Stream
{
    long left = limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        left -= read;
        return left >= 0 ? read : throw new InvalidDataException("The snapshot is larger than any that this program writes.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
