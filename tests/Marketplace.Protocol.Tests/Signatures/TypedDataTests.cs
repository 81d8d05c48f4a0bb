using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Protocol.Tests.Signatures;

/// <summary>Digests and signatures against those that ethers 6 makes from the same types, domain and key.</summary>
public sealed class TypedDataTests
{
    static readonly MarketDomain Domain = new(
        31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"), Address.Parse("0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"));
    static readonly PrivateKey Key = new(Enumerable.Repeat((byte)0x11, 32).ToArray());
    static readonly Address Provider = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

    [Fact]
    public void Separator_OfTheDomain_IsEthers() =>
        Assert.Equal("0xee135dbd72cdf0df0a3dd662a5cbbabe11f496ed57191e04b90054ea642d5efa", Domain.Separator.ToString());

    [Fact]
    public void Session_Signed_IsEthers()
    {
        var session = new TransferSession(new AgreementId((UInt128.One << 127) + 5), Provider, 1795237297);
        Assert.Equal("0x2de71cc8d068d00e749b487a794698d4ba76a901bb3f8219c33af79a6ad7f6bd", session.Digest(Domain).ToString());
        Assert.Equal(
            "0xf744763f99943a9d8c0d5c8066dc530c1a5321921dd2db487c2776a05b1ccfc560a96cf17c0e7d151cb898d0bb07b6eeaff96736ee3843f7e252170043f7ce261c",
            session.Sign(Domain, Key).ToString());
    }

    [Fact]
    public void Revision_Signed_IsEthers()
    {
        var revision = new Revision(
            new AgreementId(7), ulong.MaxValue, Hash256.Parse("0x" + string.Concat(Enumerable.Repeat("ab", 32))), 123456789012);
        Assert.Equal("0xa571dc5af460e52a3b43f410203c3d5dc1f3eafe055d1454ef595d787e21c4bb", revision.Digest(Domain).ToString());
        var signature = revision.Sign(Domain, Key);
        Assert.Equal(
            "0x9bc191d4a06f87411f34474b393c485f0cb307981c6c1bc9889a3df995f0278c654d70e274c5ac6e150c5c67b5ceddf431bdd94edba89fc9d670511f67c179b41c",
            signature.ToString());
        Assert.True(revision.IsSignedBy(Domain, Key.Address, signature));
        Assert.False((revision with { Number = 1 }).IsSignedBy(Domain, Key.Address, signature));
        Assert.False(revision.IsSignedBy(new MarketDomain(1, Domain.StorageAgreements, Domain.EgressVouchers), Key.Address, signature));
    }

    [Fact]
    public void Voucher_Signed_IsEthersForTheContractThatPaysIt()
    {
        var voucher = new EgressVoucher(new AgreementId(7), new TokenAmount((UInt128.One << 127) + 5));
        Assert.Equal("0x9e699c9ee5872a8a59138fae5678ef006bfd0093076731fe1e62beacc64a3e14", Domain.VoucherSeparator.ToString());
        Assert.Equal("0x26913a7e5a1a4b5b1d0b3d948f61faab0eeea2e8a845f63dcd9fbf15da85ddf5", voucher.Digest(Domain).ToString());
        var signature = voucher.Sign(Domain, Key);
        Assert.Equal(
            "0x9c96d004f7501299072ff1708ba20af79b1346249184abfd2161a86ba7f5ac706b5afe6180a915265319969d5f44bc0f95de8aa60535b8a75cc87732bc8a95d91c",
            signature.ToString());
        Assert.True(voucher.IsSignedBy(Domain, Key.Address, signature));
        Assert.False((voucher with { Amount = default }).IsSignedBy(Domain, Key.Address, signature));
        Assert.False(voucher.IsSignedBy(new MarketDomain(31337, Domain.StorageAgreements, Domain.StorageAgreements), Key.Address, signature));
    }

    [Fact]
    public void Record_Signed_IsEthersAndSurvivesItsBytes()
    {
        var agreement = new AgreementId(3);
        var record = CatalogRecord.Sign(Domain, agreement, 42, [1, 2, 3], Key);
        Assert.Equal(
            "0x6de11f32d869c5064bd8fe06754c6fa04d6c064ad3db09ace1cca4b205e5f6ba25ce39e5e0fdd85dbb1dcb2ce9f39275fccb364129de1d296f7c78bbf936d5101c",
            record.Signature.ToString());
        Assert.True(CatalogRecord.TryRead(record.ToArray(), out var read));
        Assert.True(read!.IsSignedBy(Domain, agreement, Key.Address));
        Assert.False(read.IsSignedBy(Domain, new AgreementId(4), Key.Address));
    }

    [Fact]
    public void Record_WithAnyByteChanged_IsNotSigned()
    {
        var agreement = new AgreementId(3);
        var bytes = CatalogRecord.Sign(Domain, agreement, 42, [1, 2, 3], Key).ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.False(CatalogRecord.TryRead(bytes, out var record) && record!.IsSignedBy(Domain, agreement, Key.Address), $"byte {i}");
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void Record_OfWrongLength_IsRefused()
    {
        Assert.False(CatalogRecord.TryRead(new byte[72], out _));
        Assert.False(CatalogRecord.TryRead(new byte[CatalogRecord.MaxSize + 1], out _));
        Assert.Throws<ArgumentException>(
            () => CatalogRecord.Sign(Domain, new AgreementId(1), 1, new byte[CatalogRecord.MaxPayload + 1], Key));
    }
}
