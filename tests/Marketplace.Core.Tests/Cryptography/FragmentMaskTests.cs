using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Cryptography;

namespace Marketplace.Core.Tests.Cryptography;

public sealed class FragmentMaskTests
{
    static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    static byte[] Keystream(int length, long offset = 0, long segment = 0, int fragment = 0)
    {
        var bytes = new byte[length];
        using var mask = new FragmentMask(Key, segment, fragment);
        mask.Apply(bytes, offset);
        return bytes;
    }

    [Fact]
    public void Mask_FromAnyOffset_IsThatPartOfTheWhole() => Prop.ForAll(
        Gen.Choose(0, 20_000).SelectMany(offset => Gen.Choose(1, 10_000).Select(length => (offset, length))).ToArbitrary(),
        run => Keystream(30_000).AsSpan(run.offset, run.length).SequenceEqual(Keystream(run.length, run.offset))).QuickCheckThrowOnFailure();

    [Fact]
    public void Mask_Twice_IsNothing()
    {
        var bytes = Enumerable.Range(0, 5_000).Select(i => (byte)i).ToArray();
        var masked = bytes.ToArray();
        using var mask = new FragmentMask(Key, 5, 7);
        mask.Apply(masked, 0);
        Assert.NotEqual(bytes, masked);
        mask.Apply(masked, 0);
        Assert.Equal(bytes, masked);
    }

    [Fact]
    public void Masks_OfOtherFragmentsAndSegments_ShareNothing()
    {
        byte[][] streams = [Keystream(64), Keystream(64, fragment: 1), Keystream(64, segment: 1), Keystream(64, segment: 1, fragment: 1)];
        Assert.Equal(4, streams.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(streams.Skip(1), stream => Assert.True(stream.Zip(streams[0]).Count(pair => pair.First == pair.Second) < 10));
    }

    /// <summary>Counter mode of AES-256 as NIST SP 800-38A, section 6.5, describes it, with the platform's single-block cipher.</summary>
    [Fact]
    public void Keystream_IsTheEncryptedCounter()
    {
        Span<byte> info = stackalloc byte[34 + 12];
        "storage-marketplace/fragment-mask/"u8.CopyTo(info);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(info[34..], 2);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(info[42..], 3);
        var key = new byte[32];
        System.Security.Cryptography.HKDF.Expand(System.Security.Cryptography.HashAlgorithmName.SHA256, Key, key, info);
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = key;
        byte[] counter = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];

        Assert.Equal(aes.EncryptEcb(counter, System.Security.Cryptography.PaddingMode.None), Keystream(16, offset: 0x102 * 16, segment: 2, fragment: 3));
    }
}
