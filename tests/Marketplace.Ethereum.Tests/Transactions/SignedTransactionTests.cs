using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Tests.Transactions;

public sealed class SignedTransactionTests
{
    static readonly PrivateKey Key = new(Convert.FromHexString("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));

    static Eip1559Transaction Sample(ulong nonce = 3, byte[]? data = null, bool deploys = false, int entries = 0) => new()
    {
        ChainId = 31337,
        Nonce = nonce,
        MaxPriorityFeePerGas = Wei.FromGwei(1),
        MaxFeePerGas = Wei.FromGwei(30),
        GasLimit = 21_000,
        To = deploys ? null : Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        Value = Wei.FromEther(1),
        Data = data ?? [],
        AccessList = [.. Enumerable.Range(0, entries).Select(i => new AccessListEntry(Key.Address, [.. Enumerable.Repeat(Keccak256.Hash("x"), i)]))],
    };

    static SignedTransaction Sign(Eip1559Transaction transaction) => transaction.WithSignature(Key.Sign(transaction.SigningHash()));

    [Fact]
    public void Decode_OfAnySignedTransaction_YieldsItAgain() =>
        Prop.ForAll<ulong, byte[], byte>((nonce, data, entries) =>
        {
            var signed = Sign(Sample(nonce, data, entries % 2 == 0, entries % 5));
            Assert.True(SignedTransaction.TryDecode(signed.Raw.Span, out var decoded));
            Assert.Equal((signed.Hash, Key.Address, nonce), (decoded.Hash, decoded.Sender, decoded.Transaction.Nonce));
            Assert.Equal(signed.Transaction.SigningHash(), decoded.Transaction.SigningHash());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_OfTruncatedOrExtendedBytes_IsRefused()
    {
        var raw = Sign(Sample(entries: 2)).Raw.ToArray();
        for (var length = 0; length < raw.Length; length++)
            Assert.False(SignedTransaction.TryDecode(raw.AsSpan(0, length), out _));
        Assert.False(SignedTransaction.TryDecode([.. raw, 0], out _));
        Assert.False(SignedTransaction.TryDecode([1, .. raw[1..]], out _));
    }

    [Fact]
    public void Decode_OfRandomBytes_NeverThrows()
    {
        for (var i = 0; i < 2000; i++)
        {
            var bytes = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(200));
            Assert.False(SignedTransaction.TryDecode([2, 0xC0, .. bytes], out _));
            Assert.False(SignedTransaction.TryDecode([2, 0xF8, (byte)bytes.Length, .. bytes], out _));
        }
    }

    [Fact]
    public void Decode_OfAnAlteredTransaction_HasAnotherSenderOrIsRefused()
    {
        var raw = Sign(Sample()).Raw.ToArray();
        for (var i = 1; i < raw.Length; i++)
        {
            var altered = (byte[])raw.Clone();
            altered[i] ^= 1;
            Assert.True(!SignedTransaction.TryDecode(altered, out var decoded) || decoded.Sender != Key.Address);
        }
    }

    [Fact]
    public void Decode_OfTheUpperHalfSignature_IsRefused()
    {
        var signed = Sign(Sample());
        var order = new System.Numerics.BigInteger(
            Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"), isUnsigned: true, isBigEndian: true);
        var s = order - new System.Numerics.BigInteger(signed.Signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        var upper = new Signature(
            signed.Signature.R, new Hash256(s.ToByteArray(isUnsigned: true, isBigEndian: true)), (byte)(1 - signed.Signature.YParity));
        var forged = signed.Raw.ToArray();
        upper.S.CopyTo(forged.AsSpan(forged.Length - 32));
        Assert.False(SignedTransaction.TryDecode(forged, out _));
    }
}
