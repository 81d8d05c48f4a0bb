using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Tests.Cryptography;

public sealed class PrivateKeyTests
{
    static readonly BigInteger Order =
        BigInteger.Parse("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber);

    // The RFC 6979 vectors for secp256k1 that bitcoin's libraries share (SHA-256 of the text, low s).
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001",
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c", "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Sign_WithRfc6979Vector_GivesItsSignature(string key, string text, string r, string s)
    {
        using var privateKey = new PrivateKey(Convert.FromHexString(key));
        var digest = new Hash256(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        var signature = privateKey.Sign(digest);
        Assert.Equal(("0x" + r, "0x" + s), (signature.R.ToString(), signature.S.ToString()));
        Assert.True(signature.IsBy(privateKey.Address, digest));
    }

    [Fact]
    public async Task Sign_OnSeveralThreadsAtOnce_GivesWhatOneThreadGives()
    {
        using var key = PrivateKey.Create();
        var digests = Enumerable.Range(0, 64).Select(number => Keccak256.Hash($"digest {number}")).ToArray();
        var expected = digests.Select(key.Sign).ToArray();
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return digests.Select(key.Sign).ToArray();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Assert.All(await Task.WhenAll(threads), signatures => Assert.Equal(expected, signatures));
    }

    [Fact]
    public void Address_OfTheFirstAnvilKey_IsTheKnownOne()
    {
        using var key = new PrivateKey(Convert.FromHexString("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", key.Address.ToString());
    }

    [Fact]
    public void Sign_OfAnyDigestByAnyKey_RecoversTheSigner()
    {
        var words = ArbMap.Default.ArbFor<byte>().Generator.ArrayOf(32);
        Prop.ForAll(words.ToArbitrary(), bytes =>
        {
            using var key = PrivateKey.Create();
            var digest = new Hash256(bytes);
            var signature = key.Sign(digest);
            return signature == key.Sign(digest)
                && Signature.TryRead(signature.ToArray(), out var read) && read == signature
                && read.TryRecover(digest, out var signer) && signer == key.Address
                && Signature.TryParse(signature.ToString(), out var parsed) && parsed == signature
                && !signature.IsBy(key.Address, Keccak256.Hash(bytes));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryRead_OfHostileBytes_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte>().Generator.ArrayOf(65).ToArbitrary(), bytes =>
        {
            bytes[64] = (byte)(27 + bytes[64] % 3);
            return !Signature.TryRead(bytes, out var signature) || signature.TryRecover(Hash256.Zero, out _) || true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_WithTheUpperS_IsRefused()
    {
        using var key = PrivateKey.Create();
        var digest = Keccak256.Hash("malleable");
        var good = key.Sign(digest);
        var s = new BigInteger(good.S.ToArray(), isUnsigned: true, isBigEndian: true);
        var upper = new byte[32];
        var flipped = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        flipped.CopyTo(upper, 32 - flipped.Length);
        var malleated = new Signature(good.R, new Hash256(upper), (byte)(1 - good.YParity));
        Assert.False(Signature.TryRead(malleated.ToArray(), out _));
        Assert.False(malleated.TryRecover(digest, out _));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("01")]
    public void Constructor_OutsideTheOrder_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new PrivateKey(Convert.FromHexString(key)));

    [Fact]
    public void ToString_NeverShowsTheSecret()
    {
        var secret = Convert.FromHexString("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        using var key = new PrivateKey(secret);
        Assert.DoesNotContain("ac0974be", $"{key}", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ac0974be", System.Text.Json.JsonSerializer.Serialize(new { key.Address, Text = key.ToString() }), StringComparison.Ordinal);
    }

    [Fact]
    public void Sign_AfterDispose_IsRefused()
    {
        var key = PrivateKey.Create();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign(Hash256.Zero));
        Assert.Throws<ObjectDisposedException>(() => key.Export(new byte[32]));
    }
}
