using System.Buffers.Binary;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Protocol.Tests.Transfer;

public sealed class RangeAnswerTests
{
    static byte[] Answer(Hash256[] hashes, int leafBytes)
    {
        var bytes = new byte[RangeAnswer.HeaderSize(hashes.Length) + leafBytes];
        RangeAnswer.WriteHeader(bytes, hashes);
        bytes.AsSpan(RangeAnswer.HeaderSize(hashes.Length)).Fill(7);
        return bytes;
    }

    static Hash256[] Hashes(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Hash256(Enumerable.Repeat((byte)i, 32).ToArray()))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    public async Task Answer_Written_IsReadBack(int hashes)
    {
        var leaves = new byte[2048];
        Assert.Equal(Hashes(hashes), await RangeAnswer.ReadAsync(new MemoryStream(Answer(Hashes(hashes), 2048)), leaves, default));
        Assert.All(leaves, b => Assert.Equal(7, b));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2047)]
    [InlineData(2049)]
    public async Task Answer_OfAnotherLength_IsRefused(int leafBytes) =>
        Assert.Null(await RangeAnswer.ReadAsync(new MemoryStream(Answer(Hashes(2), leafBytes)), new byte[2048], default));

    [Fact]
    public async Task Answer_WithTooManyHashes_IsRefused()
    {
        var bytes = new byte[4 + 33 * 32 + 1024];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 33);
        Assert.Null(await RangeAnswer.ReadAsync(new MemoryStream(bytes), new byte[1024], default));
        Assert.Throws<ArgumentException>(() => RangeAnswer.WriteHeader(bytes, Hashes(33)));
    }
}
