using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Content;

/// <summary>
/// A manifest as bytes: <c>signature[65] || message</c>, the message in Protocol Buffers' encoding, of which later versions may add fields.
/// The data key signs Keccak-256 of <c>"storage-marketplace/manifest/1" || SHA-256(message)</c>.
/// </summary>
public static class ManifestCodec
{
    const int ObjectIdSize = 16, CommitmentSize = 32, WrappedKeySize = 60, MaxNameLength = 64, PlacementSize = 16 + Address.Size;

    /// <summary>Writes and signs.</summary>
    public static byte[] Write(ObjectManifest manifest, PrivateKey dataKey)
    {
        var message = new MemoryStream();
        var writer = new CodedOutputStream(message, leaveOpen: true);
        WriteNumber(writer, 1, ObjectManifest.Format);
        WriteBytes(writer, 2, manifest.ObjectId);
        WriteNumber(writer, 3, manifest.Number);
        if (manifest.Previous is { } previous)
            WriteBytes(writer, 4, ByteString.CopyFrom(previous.ToArray()));
        WriteNumber(writer, 5, (ulong)manifest.Layout.Coding.DataFragments);
        WriteNumber(writer, 6, (ulong)manifest.Layout.Coding.TotalFragments);
        WriteNumber(writer, 7, (ulong)manifest.Layout.Coding.RepairAt);
        WriteBytes(writer, 8, ByteString.CopyFromUtf8(manifest.Layout.Coding.Name));
        WriteNumber(writer, 9, (ulong)manifest.Layout.Size);
        WriteNumber(writer, 10, (ulong)manifest.Layout.SegmentSize);
        WriteBytes(writer, 11, manifest.WrappedKey);
        WriteBytes(writer, 12, manifest.Commitment);
        WriteBytes(writer, 13, PackRoots(manifest.Roots));
        WriteBytes(writer, 14, PackPlacements(manifest.Placements));
        writer.Flush();
        var bytes = message.ToArray();
        return [.. dataKey.Sign(Digest(bytes)).ToArray(), .. bytes];
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is not signed by the data key, or makes no sense.</summary>
    public static ObjectManifest? TryRead(ReadOnlySpan<byte> bytes, Address dataKey)
    {
        if (bytes.Length <= Signature.Size || !Signature.TryRead(bytes[..Signature.Size], out var signature))
            return null;
        return signature.IsBy(dataKey, Digest(bytes[Signature.Size..])) ? Peek(bytes) : null;
    }

    /// <summary>What a manifest says, whoever signed it: checking signatures takes a hundred times as long as reading. Null when it makes no sense.</summary>
    public static ObjectManifest? Peek(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= Signature.Size)
            return null;
        var message = bytes[Signature.Size..].ToArray();
        try
        {
            return Parse(message);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    static ObjectManifest? Parse(byte[] message)
    {
        var numbers = new Dictionary<int, ulong>();
        var blobs = new Dictionary<int, ByteString>();
        var reader = new CodedInputStream(message);
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
                numbers[field] = reader.ReadUInt64();
            else if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                blobs[field] = reader.ReadBytes();
            else
                reader.SkipLastField();
        }
        ulong Number(int field) => numbers.GetValueOrDefault(field);
        ByteString Bytes(int field) => blobs.GetValueOrDefault(field, ByteString.Empty);

        if (Number(1) != ObjectManifest.Format || Bytes(2).Length != ObjectIdSize || Bytes(11).Length != WrappedKeySize
            || Bytes(12).Length != CommitmentSize || Bytes(8).Length > MaxNameLength || Bytes(4).Length is not (0 or Hash256.Size)
            || Number(6) is 0 or > 256 || Number(5) is 0 || Number(5) > Number(6) || Number(7) > Number(6))
            return null;
        var coding = ObjectManifest.CodingOf(Bytes(8).ToStringUtf8(), (int)Number(5), (int)Number(6), (int)Number(7));
        var layout = new ObjectLayout(checked((long)Number(9)), coding, checked((int)Number(10)));
        if (Bytes(13).Length != (long)layout.Segments * coding.TotalFragments * Hash256.Size || Bytes(14).Length != coding.TotalFragments * PlacementSize)
            return null;
        return new ObjectManifest
        {
            ObjectId = Bytes(2),
            Number = Number(3),
            Previous = Bytes(4).IsEmpty ? null : new Hash256(Bytes(4).Span),
            Layout = layout,
            WrappedKey = Bytes(11),
            Commitment = Bytes(12),
            Roots = UnpackRoots(Bytes(13).Span, layout),
            Placements = UnpackPlacements(Bytes(14).Span),
        };
    }

    static Hash256 Digest(ReadOnlySpan<byte> message) =>
        Keccak256.Hash([.. "storage-marketplace/manifest/1"u8, .. SHA256.HashData(message)]);

    static void WriteNumber(CodedOutputStream writer, int field, ulong value)
    {
        writer.WriteTag(field, WireFormat.WireType.Varint);
        writer.WriteUInt64(value);
    }

    static void WriteBytes(CodedOutputStream writer, int field, ByteString value)
    {
        writer.WriteTag(field, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(value);
    }

    static ByteString PackRoots(IReadOnlyList<IReadOnlyList<Hash256>> roots)
    {
        var packed = new byte[roots.Sum(segment => segment.Count) * Hash256.Size];
        var at = 0;
        foreach (var root in roots.SelectMany(segment => segment))
        {
            root.CopyTo(packed.AsSpan(at));
            at += Hash256.Size;
        }
        return UnsafeByteOperations.UnsafeWrap(packed);
    }

    static Hash256[][] UnpackRoots(ReadOnlySpan<byte> packed, ObjectLayout layout)
    {
        var roots = new Hash256[layout.Segments][];
        for (var segment = 0; segment < roots.Length; segment++)
        {
            roots[segment] = new Hash256[layout.Fragments];
            for (var index = 0; index < layout.Fragments; index++)
                roots[segment][index] = new Hash256(packed.Slice((segment * layout.Fragments + index) * Hash256.Size, Hash256.Size));
        }
        return roots;
    }

    static ByteString PackPlacements(IReadOnlyList<Placement> placements)
    {
        var packed = new byte[placements.Count * PlacementSize];
        for (var i = 0; i < placements.Count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(packed.AsSpan(i * PlacementSize), placements[i].Agreement.Value);
            placements[i].Provider.CopyTo(packed.AsSpan(i * PlacementSize + 16));
        }
        return UnsafeByteOperations.UnsafeWrap(packed);
    }

    static Placement[] UnpackPlacements(ReadOnlySpan<byte> packed)
    {
        var placements = new Placement[packed.Length / PlacementSize];
        for (var i = 0; i < placements.Length; i++)
        {
            var row = packed.Slice(i * PlacementSize, PlacementSize);
            placements[i] = new Placement(
                new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(row)), new Address(row[16..]));
        }
        return placements;
    }
}
