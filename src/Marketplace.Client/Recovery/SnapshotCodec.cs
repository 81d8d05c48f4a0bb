using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>
/// The catalog's versions as bytes: Protocol Buffers' encoding, compressed. Where fragments lie is in the manifests; what else lies in the agreements'
/// slots their providers tell, under a root that both sides signed. Snapshots of format 1 say no format, and have live versions and garbage only; those of
/// format 2 have no parts.
/// </summary>
static class SnapshotCodec
{
    /// <summary>The most garbage that a snapshot names; the rest is cleared by whoever knows it.</summary>
    public const int MaxGarbage = 100_000;

    /// <summary>The latest that this program writes; it reads no later one, of which it would lose what it does not know.</summary>
    public const uint Format = 3;

    const uint FormatWithoutParts = 2;

    const int EntryField = 1, GarbageField = 2, FormatField = 3, KeptField = 4, TagsField = 5, RetentionField = 6, PartField = 7;

    /// <summary>The most that a snapshot may measure when it is unpacked: about a million objects.</summary>
    const long MaxUnpacked = 2L << 30;

    /// <summary>Of it what may be written: readers hold it in one piece of memory, which a little less fits.</summary>
    public const long MaxWritten = MaxUnpacked - (1 << 20);

    /// <summary>The snapshot's bytes; null if it would measure more than readers unpack. Then nobody could ever read it again.</summary>
    /// <param name="contents">What it says.</param>
    /// <param name="limit">Bytes that it may measure before it is packed.</param>
    public static byte[]? TryWrite(SnapshotContents contents, long limit = MaxWritten)
    {
        var packed = new MemoryStream();
        using (var compressed = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var writer = new CodedOutputStream(compressed, leaveOpen: true);
            writer.WriteTag(FormatField, WireFormat.WireType.Varint);
            writer.WriteUInt32(contents.Parts.Count > 0 ? Format : FormatWithoutParts);
            var left = limit;
            foreach (var (field, row) in Rows(contents))
            {
                left -= SizeOf(field, row);
                if (left < 0)
                    return null;
                writer.WriteTag(field, WireFormat.WireType.LengthDelimited);
                writer.WriteBytes(row);
            }
            writer.Flush();
        }
        return packed.ToArray();
    }

    /// <summary>What rows measure before they are packed, and their digest: two pages with the same rows have the same.</summary>
    public static (long Size, Hash256 Digest) Measure(SnapshotContents contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        Span<byte> start = stackalloc byte[2 * sizeof(int)];
        foreach (var (field, row) in Rows(contents))
        {
            size += SizeOf(field, row);
            BinaryPrimitives.WriteInt32BigEndian(start, field);
            BinaryPrimitives.WriteInt32BigEndian(start[sizeof(int)..], row.Length);
            hash.AppendData(start);
            hash.AppendData(row.Span);
        }
        return (size, new Hash256(hash.GetHashAndReset()));
    }

    static int SizeOf(int field, ByteString row) => CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeBytesSize(row);

    static IEnumerable<(int Field, ByteString Row)> Rows(SnapshotContents contents)
    {
        foreach (var entry in contents.Entries)
            yield return (EntryField, SnapshotRows.WriteEntry(entry));
        foreach (var kept in contents.Kept)
            yield return (KeptField, SnapshotRows.WriteEntry(kept));
        foreach (var tagged in contents.Tags)
            yield return (TagsField, SnapshotRows.WriteTags(tagged));
        if (contents.Retention is { } retention)
            yield return (RetentionField, ByteString.CopyFromUtf8(retention.Write()));
        foreach (var part in contents.Parts)
            yield return (PartField, SnapshotRows.WritePart(part));
        if (contents.Garbage.Count > 0)
            yield return (GarbageField, SnapshotRows.WriteGarbage(contents.Garbage));
    }

    /// <summary>Null for anything that <see cref="TryWrite"/> did not write, and for later formats.</summary>
    public static SnapshotContents? TryRead(byte[] packed)
    {
        try
        {
            using var unpacked = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            return Read(CodedInputStream.CreateWithLimits(new BoundedStream(unpacked, MaxUnpacked), int.MaxValue, 16));
        }
        catch (Exception e) when (
            e is InvalidProtocolBufferException or InvalidDataException or InvalidOperationException or IOException or OverflowException
            or ArgumentException)
        {
            return null;
        }
    }

    static SnapshotContents? Read(CodedInputStream reader)
    {
        var (entries, kept, tags, garbage) = (new List<SnapshotEntry>(), new List<SnapshotEntry>(), new List<TaggedName>(), new List<GarbageSlot>());
        var parts = new List<SnapshotPart>();
        Retention? retention = null;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (FormatField, WireFormat.WireType.Varint):
                    if (reader.ReadUInt32() > Format)
                        return null;
                    break;
                case (EntryField, WireFormat.WireType.LengthDelimited):
                    if (SnapshotRows.ReadEntry(reader.ReadBytes()) is not { } entry)
                        return null;
                    entries.Add(entry);
                    break;
                case (KeptField, WireFormat.WireType.LengthDelimited):
                    if (SnapshotRows.ReadEntry(reader.ReadBytes()) is not { Since: not null } version)
                        return null;
                    kept.Add(version);
                    break;
                case (TagsField, WireFormat.WireType.LengthDelimited):
                    if (SnapshotRows.ReadTags(reader.ReadBytes()) is not { } tagged)
                        return null;
                    tags.Add(tagged);
                    break;
                case (RetentionField, WireFormat.WireType.LengthDelimited):
                    retention = Retention.Read(reader.ReadString());
                    break;
                case (PartField, WireFormat.WireType.LengthDelimited):
                    if (SnapshotRows.ReadPart(reader.ReadBytes()) is not { } part)
                        return null;
                    parts.Add(part);
                    break;
                case (GarbageField, WireFormat.WireType.LengthDelimited):
                    SnapshotRows.ReadGarbage(reader.ReadBytes().Span, garbage);
                    break;
                default:
                    reader.SkipLastField();
                    break;
            }
        }
        return new SnapshotContents(entries, garbage) { Kept = kept, Tags = tags, Parts = parts, Retention = retention };
    }
}
