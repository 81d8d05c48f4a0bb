using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Content;

namespace Marketplace.Core.Tests.Content;

public sealed class ContentCipherTests
{
    static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    static (byte[] Plain, byte[] Sealed) Block(int length, long number, bool isLast)
    {
        var plain = new byte[length];
        new System.Random(length).NextBytes(plain);
        var encrypted = new byte[length + ContentLayout.TagSize];
        using var cipher = new ContentCipher(Key);
        cipher.EncryptBlock(number, isLast, plain, encrypted);
        return (plain, encrypted);
    }

    static bool Opens(byte[] encrypted, long number, bool isLast, byte[]? key = null)
    {
        using var cipher = new ContentCipher(key ?? Key);
        return cipher.TryDecryptBlock(number, isLast, encrypted, new byte[encrypted.Length - ContentLayout.TagSize]);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(65_535, true)]
    [InlineData(65_536, true)]
    [InlineData(65_536, false)]
    public void Block_OpensToWhatItWas(int length, bool isLast)
    {
        var (plain, encrypted) = Block(length, 3, isLast);
        var opened = new byte[length];
        using var cipher = new ContentCipher(Key);
        Assert.True(cipher.TryDecryptBlock(3, isLast, encrypted, opened));
        Assert.Equal(plain, opened);
    }

    [Fact]
    public void Block_ElsewhereOrCutOff_DoesNotOpen()
    {
        var (_, encrypted) = Block(ContentLayout.BlockSize, 3, isLast: false);
        Assert.True(Opens(encrypted, 3, isLast: false));
        Assert.False(Opens(encrypted, 4, isLast: false));
        Assert.False(Opens(encrypted, 3, isLast: true));
        Assert.False(Opens(encrypted, 3, isLast: false, key: new byte[32]));
    }

    [Fact]
    public void Block_WithOneBitChanged_DoesNotOpen_AndLeavesNothing()
    {
        var (_, encrypted) = Block(1_000, 0, isLast: true);
        encrypted[500] ^= 4;
        var opened = Enumerable.Repeat((byte)9, 1_000).ToArray();
        using var cipher = new ContentCipher(Key);
        Assert.False(cipher.TryDecryptBlock(0, true, encrypted, opened));
        Assert.All(opened, b => Assert.Equal(0, b));
    }

    [Fact]
    public void ShortBlock_BeforeTheLast_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Block(100, 0, isLast: false));

    [Fact]
    public void Commitments_OfTwoKeys_Differ()
    {
        using var one = new ContentCipher(Key);
        using var again = new ContentCipher(Key);
        using var other = new ContentCipher(new byte[32]);
        Assert.True(one.Commitment.SequenceEqual(again.Commitment));
        Assert.False(one.Commitment.SequenceEqual(other.Commitment));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 10)]
    [InlineData(1_000_000, 1_015_808)]
    public void Padding_IsPadmes(long length, long padded) => Assert.Equal(padded, ContentLayout.PaddedLength(length));

    [Fact]
    public void Padding_CostsAtMostTwelvePercent_AndNeverShrinks() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).SelectMany(low => Gen.Choose(0, 1 << 15).Select(high => ((long)high << 31) + low)).ToArbitrary(),
        length =>
        {
            var padded = ContentLayout.PaddedLength(length);
            return padded >= Math.Max(length, 1) && padded <= Math.Max(1, length + length * 12 / 100 + 1) && ContentLayout.PaddedLength(padded) == padded;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Blocks_CoverThePaddedLength_Exactly() => Prop.ForAll(
        Gen.Choose(0, 5_000_000).ToArbitrary(),
        length =>
        {
            var blocks = ContentLayout.BlockCount(length);
            long sum = 0;
            for (var block = 0L; block < blocks; block++)
                sum += ContentLayout.BlockLength(length, block);
            return sum == ContentLayout.PaddedLength(length)
                && ContentLayout.CiphertextOffset(blocks - 1) + ContentLayout.BlockLength(length, blocks - 1) + ContentLayout.TagSize == ContentLayout.CiphertextLength(length);
        }).QuickCheckThrowOnFailure();
}
