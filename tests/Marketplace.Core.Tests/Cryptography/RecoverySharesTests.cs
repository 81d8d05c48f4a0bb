using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Cryptography;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Cryptography;

public sealed class RecoverySharesTests
{
    static readonly byte[] Key = new SplitMix(1).Bytes(32);

    static IReadOnlyList<RecoveryShare> Shares(int threshold, int count, ulong seed = 2) =>
        RecoveryShares.Split(Key, threshold, count, new SplitMix(seed).Bytes(RecoveryShares.RandomBytesFor(threshold)));

    static byte[]? Combine(params RecoveryShare[] shares) => (RecoveryShares.Combine(shares) as RecoverySharesResult.Combined)?.VaultKey;

    static RecoveryShare Read(IEnumerable<string> words) =>
        Assert.IsType<RecoveryShareReading.Read>(RecoveryShare.Parse(string.Join(' ', words))).Share;

    [Fact]
    public void AnyThresholdOfShares_InAnyOrder_GiveTheKeyBack() => Prop.ForAll(
        Gen.Choose(2, 16).SelectMany(count => Gen.Choose(2, count), (count, threshold) => (count, threshold)).ToArbitrary(),
        ArbMap.Default.ArbFor<ulong>(),
        (numbers, seed) =>
        {
            var shares = Shares(numbers.threshold, numbers.count, seed).ToArray();
            var random = new SplitMix(seed);
            var chosen = shares.OrderBy(_ => random.Next()).Take(numbers.threshold).ToArray();
            return Combine(chosen).AsSpan().SequenceEqual(Key) && Combine(shares).AsSpan().SequenceEqual(Key);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void EveryPairAndTripleOfFive_GiveTheKeyBack()
    {
        var (two, three) = (Shares(2, 5), Shares(3, 5));
        for (var i = 0; i < 5; i++)
        {
            for (var j = i + 1; j < 5; j++)
            {
                Assert.Equal(Key, Combine(two[i], two[j]));
                for (var k = j + 1; k < 5; k++)
                    Assert.Equal(Key, Combine(three[k], three[i], three[j]));
            }
        }
    }

    [Fact]
    public void OneShareTooFew_IsRefused_AlsoIfOneIsGivenTwice()
    {
        var shares = Shares(3, 5);
        Assert.Equal(new RecoverySharesResult.TooFew(2, 3), RecoveryShares.Combine([shares[0], shares[4], shares[0]]));
        Assert.Equal(new RecoverySharesResult.TooFew(0, 2), RecoveryShares.Combine([]));
    }

    /// <summary>Secrecy: for every possible first byte of the key there is one polynomial, so the share alone rules none out.</summary>
    [Fact]
    public void AShareAlone_FitsEveryKey()
    {
        var share = Shares(2, 2)[1].Value[0];
        var keys = new HashSet<byte>();
        for (var first = 0; first < 256; first++)
        {
            for (var guess = 0; guess < 256; guess++)
            {
                // f(2) = key + 2 (f(1) + key) for the line through f(0) and f(1).
                if ((byte)(first ^ Core.Coding.GaloisField256.Multiply(2, (byte)(guess ^ first))) == share)
                    keys.Add((byte)first);
            }
        }
        Assert.Equal(256, keys.Count);
    }

    [Fact]
    public void SharesOfDifferentSets_AreRefused() =>
        Assert.IsType<RecoverySharesResult.DifferentSets>(RecoveryShares.Combine([Shares(2, 3)[0], Shares(2, 3, seed: 9)[1]]));

    [Fact]
    public void AFalseShare_IsNoticed_WithinAndBeyondTheThreshold()
    {
        var shares = Shares(2, 4);
        var value = shares[1].Value.ToArray();
        value[7] ^= 1;
        var wrong = new RecoveryShare(shares[1].Set, 2, 2, value);
        Assert.IsType<RecoverySharesResult.Contradictory>(RecoveryShares.Combine([shares[0], wrong]));
        Assert.IsType<RecoverySharesResult.Contradictory>(RecoveryShares.Combine([shares[0], shares[2], wrong]));
        Assert.IsType<RecoverySharesResult.Contradictory>(RecoveryShares.Combine([shares[0], shares[1], wrong]));
    }

    [Fact]
    public void Words_OfAShare_GiveItBack()
    {
        foreach (var share in Shares(3, 16))
        {
            var read = Read(share.ToWords().Select(word => word.ToUpperInvariant()));
            Assert.Equal((share.Set, share.Threshold, share.Index), (read.Set, read.Threshold, read.Index));
            Assert.True(read.Value.SequenceEqual(share.Value));
        }
    }

    [Fact]
    public void AnyWrongWord_IsNoticed()
    {
        var words = Shares(2, 2)[0].ToWords();
        for (var i = 0; i < words.Count; i++)
        {
            var changed = words.ToArray();
            changed[i] = changed[i] == "zoo" ? "abandon" : "zoo";
            Assert.IsType<RecoveryShareReading.WrongChecksum>(RecoveryShare.Parse(string.Join(' ', changed)));
        }
        string[] unknown = [.. words.Take(29), "zooo"];
        Assert.Equal(30, Assert.IsType<RecoveryShareReading.UnknownWord>(RecoveryShare.Parse(string.Join(' ', unknown))).Position);
        Assert.Equal(29, Assert.IsType<RecoveryShareReading.WrongCount>(RecoveryShare.Parse(string.Join(' ', words.Take(29)))).Count);
        Assert.IsType<RecoveryPhraseReading.WrongCount>(RecoveryPhrase.Parse(string.Join(' ', words)));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 3)]
    [InlineData(2, 17)]
    public void NumbersOutsideTheBounds_AreAFault(int threshold, int count) => Assert.Throws<ArgumentOutOfRangeException>(() => Shares(threshold, count));
}
