using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Cryptography;

namespace Marketplace.Core.Tests.Cryptography;

public sealed class RecoveryPhraseTests
{
    /// <summary>BIP-39's own vectors with 256 bits.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art")]
    [InlineData("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title")]
    [InlineData("8080808080808080808080808080808080808080808080808080808080808080", "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote")]
    public void Words_AreTheStandards(string key, string words)
    {
        Assert.Equal(words, string.Join(' ', RecoveryPhrase.Write(Convert.FromHexString(key))));
        Assert.Equal(key, Convert.ToHexStringLower(Assert.IsType<RecoveryPhraseReading.Read>(RecoveryPhrase.Parse(words)).VaultKey));
    }

    /// <summary>The hash of english.txt in BIP-39's own repository.</summary>
    [Fact]
    public void List_IsTheStandards()
    {
        using var list = typeof(RecoveryPhrase).Assembly.GetManifestResourceStream("bip39-english.txt")!;
        Assert.Equal("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda", Convert.ToHexStringLower(SHA256.HashData(list)));
    }

    [Fact]
    public void Words_OfAnyKey_GiveItBack() => Prop.ForAll(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(32).ToArbitrary(),
        key => RecoveryPhrase.Parse("  " + string.Join("\n ", RecoveryPhrase.Write(key)).ToUpperInvariant()) is RecoveryPhraseReading.Read read
            && read.VaultKey.AsSpan().SequenceEqual(key)).QuickCheckThrowOnFailure();

    [Fact]
    public void UnknownWord_IsNamed_WithWordsLikeIt()
    {
        var words = string.Join(' ', Enumerable.Repeat("abandon", 23).Append("zooo"));
        var unknown = Assert.IsType<RecoveryPhraseReading.UnknownWord>(RecoveryPhrase.Parse(words));
        Assert.Equal((24, "zooo"), (unknown.Position, unknown.Word));
        Assert.Contains("zoo", unknown.Suggestions);
    }

    [Fact]
    public void SwappedWords_FailTheChecksum() =>
        Assert.IsType<RecoveryPhraseReading.WrongChecksum>(RecoveryPhrase.Parse(
            "winner legal thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title"));

    [Theory]
    [InlineData("", 0)]
    [InlineData("zoo zoo", 2)]
    public void OtherCounts_AreRefused(string words, int count) =>
        Assert.Equal(count, Assert.IsType<RecoveryPhraseReading.WrongCount>(RecoveryPhrase.Parse(words)).Count);
}
