using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Content;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;

namespace Marketplace.Client.Tests.Uploads;

/// <summary>The striped way against the plain one: encrypt everything, cut, code, mask, hash.</summary>
public sealed class SegmentEncoderTests
{
    static readonly byte[] ContentKey = RandomNumberGenerator.GetBytes(32), MaskKey = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Encode_AnyLengthCodingAndSegment_GivesWhatThePlainWayGives() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(),
        (length, segment, coding) =>
        {
            var schemes = new[] { CodingScheme.Small, CodingScheme.Devices, new CodingScheme("one", 1, 2, 2), new CodingScheme("plain", 3, 3, 3) };
            RequireSame(length.Get * 7_919L % 3_000_000, (segment.Get % 1_500 + 1) * 1024, schemes[coding.Get % schemes.Length]);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(1, 1 << 20)]
    [InlineData(ContentLayout.BlockSize, 1 << 20)]
    [InlineData(3 << 20, 1 << 20)]
    [InlineData((1 << 20) - 16, 1 << 20)]
    [InlineData(2_000_000, 262_144 + 1024)]
    [InlineData(2_000_000, 6 * ContentLayout.SealedBlockSize / 1024 * 1024)]
    [InlineData(2_000_000, 6 * 66 * 1024)]
    public void Encode_AtTheBordersOfBlocksAndFragments_GivesWhatThePlainWayGives(long length, int segmentSize) =>
        RequireSame(length, segmentSize, CodingScheme.Devices);

    [Fact]
    public async Task Encode_AfterContentThatEndedEarly_StartsAnew()
    {
        var content = RandomNumberGenerator.GetBytes(700_000);
        var layout = new ObjectLayout(content.Length, CodingScheme.Devices, 1 << 20);
        using var codec = new ObjectCodec(layout, ContentKey, MaskKey);
        var target = new EncodedSegment(layout);
        using var cut = new MemoryUploadSource(content.AsMemory(0, 500_000));
        using var whole = new MemoryUploadSource(content);

        Assert.False(await new SegmentEncoder(cut, codec).EncodeAsync(0, target, default));
        Assert.True(await new SegmentEncoder(whole, codec).EncodeAsync(0, target, default));

        Assert.Equal(PlainFragments(content, codec, 0).Select(fragment => Roots.OfFragment(fragment)), target.Roots);
    }

    static void RequireSame(long length, int segmentSize, CodingScheme coding)
    {
        var content = RandomNumberGenerator.GetBytes((int)length);
        var layout = new ObjectLayout(length, coding, segmentSize);
        using var codec = new ObjectCodec(layout, ContentKey, MaskKey);
        using var source = new MemoryUploadSource(content);
        var encoder = new SegmentEncoder(source, codec);
        var target = new EncodedSegment(layout);
        foreach (var segment in new[] { 0, layout.Segments / 2, layout.Segments - 1 }.Distinct())
        {
            Assert.True(encoder.EncodeAsync(segment, target, default).GetAwaiter().GetResult());
            var expected = PlainFragments(content, codec, segment);
            for (var index = 0; index < layout.Fragments; index++)
            {
                Assert.True(expected[index].AsSpan().SequenceEqual(target.Fragment(index).Span), $"fragment {index} of segment {segment}");
                Assert.Equal(Roots.OfFragment(expected[index]), target.Roots[index]);
            }
        }
    }

    static byte[][] PlainFragments(byte[] content, ObjectCodec codec, int segment)
    {
        var layout = codec.Layout;
        var cipher = new byte[layout.CipherSize];
        for (var block = 0L; block < layout.Blocks; block++)
        {
            var plain = new byte[layout.BlockLength(block)];
            var from = Math.Min(content.Length, block * ContentLayout.BlockSize);
            content.AsSpan((int)from, (int)Math.Min(plain.Length, content.Length - from)).CopyTo(plain);
            codec.Encrypt(block, plain, cipher.AsSpan((int)(block * ContentLayout.SealedBlockSize), plain.Length + ContentLayout.TagSize));
        }
        var size = layout.FragmentSize(segment);
        var padded = new byte[layout.DataFragments * size];
        cipher.AsSpan(segment * layout.SegmentSize, layout.SegmentLength(segment)).CopyTo(padded);
        var fragments = Enumerable.Range(0, layout.Fragments)
            .Select(index => index < layout.DataFragments ? padded.AsSpan(index * size, size).ToArray() : new byte[size]).ToArray();
        layout.Coding.CreateCode().Encode(
            [.. fragments.Take(layout.DataFragments).Select(fragment => (ReadOnlyMemory<byte>)fragment)],
            [.. fragments.Skip(layout.DataFragments).Select(fragment => (Memory<byte>)fragment)]);
        for (var index = 0; index < fragments.Length; index++)
            codec.Mask(segment, index, 0, fragments[index]);
        return fragments;
    }
}
