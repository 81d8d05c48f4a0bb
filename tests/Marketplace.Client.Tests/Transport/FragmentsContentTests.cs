using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Transport;

public sealed class FragmentsContentTests
{
    /// <summary>Around what is gathered, 64 KiB, and what is written at once, 256 KiB.</summary>
    [Fact]
    public void AnyFragments_AreFramesOneBehindTheOther()
    {
        var leaves = Gen.Frequency(
            (8, Gen.Choose(1, 4)), (2, Gen.Choose(28, 33)), (2, Gen.Choose(60, 66)), (1, Gen.Choose(250, 260)), (1, Gen.Choose(500, 600)));
        Prop.ForAll(Gen.ListOf(leaves).ToArbitrary(), lengths => CompareAsync([.. lengths]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));
    }

    static async Task<bool> CompareAsync(List<int> leaves)
    {
        var random = new System.Random(leaves.Count);
        var fragments = leaves.ConvertAll(count =>
        {
            var bytes = new byte[count * 1024];
            random.NextBytes(bytes);
            return new OutgoingFragment(new Hash256(bytes.AsSpan(0, 32)), bytes);
        });
        var expected = new MemoryStream();
        foreach (var fragment in fragments)
            await FragmentFrameWriter.WriteAsync(expected, fragment.Root, fragment.Bytes, CancellationToken.None);
        using var guard = new StallGuard(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
        using var content = new FragmentsContent(fragments, guard);

        var written = await content.ReadAsByteArrayAsync();

        Assert.Equal(expected.ToArray(), written);
        Assert.Equal(expected.Length, content.Headers.ContentLength);
        return true;
    }
}
