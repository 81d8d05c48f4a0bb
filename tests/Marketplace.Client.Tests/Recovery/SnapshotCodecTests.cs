using System.IO.Compression;
using Google.Protobuf;
using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests.Network;

namespace Marketplace.Client.Tests.Recovery;

public sealed class SnapshotCodecTests
{
    [Fact]
    public void Snapshot_TellsAllThatTheCatalogHas()
    {
        Assert.True(TagSet.TryCreate(["Tax", "2026"], out var tags, out _));
        var moment = DateTimeOffset.UnixEpoch.AddDays(3);
        var written = new SnapshotContents([new SnapshotEntry(Consumer.Name("n"), 1, 5, moment, [1, 2, 3], moment.AddDays(2))], [new GarbageSlot(new(1), 2, 3)])
        {
            Kept = [new SnapshotEntry(Consumer.Name("k"), 7, 6, moment, [4], moment.AddDays(1))],
            Tags = [new TaggedName(Consumer.Name("n"), tags, moment)],
            Retention = new Retention(7, 3),
        };

        var read = SnapshotCodec.TryRead(SnapshotCodec.TryWrite(written)!)!;

        Assert.Equivalent(written, read, strict: true);
    }

    /// <summary>A reader would refuse it, and with it everything that the vault holds.</summary>
    [Fact]
    public void SnapshotBeyondItsLimit_IsNotWritten()
    {
        var contents = new SnapshotContents(
            [.. Enumerable.Range(0, 100).Select(i => new SnapshotEntry(Consumer.Name($"n{i}"), 1, 5, DateTimeOffset.UnixEpoch, new byte[1000]))],
            [new GarbageSlot(new(1), 2, 3)]);

        var limit = Enumerable.Range(0, 2000).Select(step => 100_000 + step * 10).First(limit => SnapshotCodec.TryWrite(contents, limit) is not null);

        // What 100 rows of 1,000 bytes measure, and a little more for each.
        Assert.InRange(limit, 100_100, 104_000);
        Assert.Equal(100, SnapshotCodec.TryRead(SnapshotCodec.TryWrite(contents, limit)!)!.Entries.Count);
        Assert.Null(SnapshotCodec.TryWrite(contents, limit - 10));
    }

    /// <summary>Written before versions were kept: a row for each live version, and garbage; no format.</summary>
    [Fact]
    public void SnapshotOfTheFirstFormat_IsRead()
    {
        var row = SnapshotRows.WriteEntry(new SnapshotEntry(Consumer.Name("old"), 2, 9, DateTimeOffset.UnixEpoch, [1]));
        var bytes = Pack(writer =>
        {
            writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(row);
            writer.WriteTag(2, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(SnapshotRows.WriteGarbage([new GarbageSlot(new(1), 2, 3)]));
        });

        var read = SnapshotCodec.TryRead(bytes)!;

        Assert.Equal("old", Assert.Single(read.Entries).Name.Value);
        Assert.Single(read.Garbage);
        Assert.Empty(read.Kept);
        Assert.Null(read.Retention);
    }

    [Fact]
    public void SnapshotOfALaterFormat_IsRefused_SinceSomethingOfItWouldBeLost()
    {
        var bytes = Pack(writer =>
        {
            writer.WriteTag(3, WireFormat.WireType.Varint);
            writer.WriteUInt32(SnapshotCodec.Format + 1);
        });

        Assert.Null(SnapshotCodec.TryRead(bytes));
    }

    static byte[] Pack(Action<CodedOutputStream> write)
    {
        var packed = new MemoryStream();
        using (var compressed = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var writer = new CodedOutputStream(compressed, leaveOpen: true);
            write(writer);
            writer.Flush();
        }
        return packed.ToArray();
    }
}
