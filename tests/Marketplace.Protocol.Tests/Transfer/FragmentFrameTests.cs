using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Protocol.Tests.Transfer;

public sealed class FragmentFrameTests
{
    /// <summary>Gives its bytes in pieces of a fixed size, as a network does.</summary>
    sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }

    static async Task<(FrameStatus End, List<(Hash256 Root, byte[] Bytes)> Frames)> ReadAll(byte[] body, int piece)
    {
        var reader = new FragmentFrameReader(new PieceStream(body, piece));
        var frames = new List<(Hash256, byte[])>();
        while (true)
        {
            var (status, frame) = await reader.ReadHeaderAsync(default);
            if (status != FrameStatus.Frame)
                return (status, frames);
            var bytes = new byte[frame.Length];
            var done = 0;
            while (reader.Remaining > 0)
            {
                var read = await reader.ReadAsync(bytes.AsMemory(done), default);
                if (read < 0)
                    return (FrameStatus.Truncated, frames);
                done += read;
            }
            frames.Add((frame.Root, bytes));
        }
    }

    static Hash256 Root(int seed) => new(Enumerable.Repeat((byte)seed, 32).ToArray());

    [Fact]
    public void Frames_Written_AreReadBackInAnyPieces() =>
        Prop.ForAll(
            Gen.Choose(1, 5).ListOf().Zip(Gen.Choose(1, 3000)).ToArbitrary(),
            sample =>
            {
                var (leaves, piece) = sample;
                var body = new MemoryStream();
                for (var i = 0; i < leaves.Count; i++)
                    FragmentFrameWriter.WriteAsync(
                        body, Root(i), Enumerable.Repeat((byte)i, leaves[i] * 1024).ToArray(), default).AsTask().GetAwaiter().GetResult();
                Assert.Equal(body.Length, FragmentFrameWriter.LengthOf(leaves.Select(count => count * 1024)));
                var (end, frames) = ReadAll(body.ToArray(), piece).GetAwaiter().GetResult();
                return end == FrameStatus.End && frames.Count == leaves.Count
                    && frames.Select((frame, i) => frame.Root == Root(i) && frame.Bytes.Length == leaves[i] * 1024 && frame.Bytes.All(b => b == i)).All(ok => ok);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Body_CutAnywhere_IsTruncated()
    {
        var body = new MemoryStream();
        await FragmentFrameWriter.WriteAsync(body, Root(1), new byte[1024], default);
        var whole = body.ToArray();
        foreach (var length in new[] { 1, 31, 35, 36, 37, 1059 })
            Assert.Equal(FrameStatus.Truncated, (await ReadAll(whole[..length], 4096)).End);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(1023u)]
    [InlineData(1025u)]
    [InlineData((64u << 20) + 1024)]
    [InlineData(uint.MaxValue)]
    public async Task Header_WithImpossibleLength_IsRefused(uint length)
    {
        var header = new byte[FragmentFrame.HeaderSize];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(32), length);
        Assert.Equal(FrameStatus.BadLength, (await ReadAll(header, 4096)).End);
    }

    [Fact]
    public async Task Body_WithOneFrameTooMany_IsRefused()
    {
        var body = new MemoryStream();
        for (var i = 0; i <= TransferLimits.MaxFragmentsPerRequest; i++)
            await FragmentFrameWriter.WriteAsync(body, Root(1), new byte[1024], default);
        var (end, frames) = await ReadAll(body.ToArray(), 1 << 20);
        Assert.Equal(FrameStatus.TooMany, end);
        Assert.Equal(TransferLimits.MaxFragmentsPerRequest, frames.Count);
    }

    [Fact]
    public async Task Frame_Skipped_LeadsToTheNext()
    {
        var body = new MemoryStream();
        await FragmentFrameWriter.WriteAsync(body, Root(1), new byte[4096], default);
        await FragmentFrameWriter.WriteAsync(body, Root(2), new byte[1024], default);
        body.Position = 0;
        var reader = new FragmentFrameReader(body);
        await reader.ReadHeaderAsync(default);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadHeaderAsync(default));
        Assert.True(await reader.SkipAsync(new byte[100], default));
        Assert.Equal(Root(2), (await reader.ReadHeaderAsync(default)).Frame.Root);
    }
}
