using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Protocol.Tests.Signatures;

public sealed class SessionTokenTests
{
    static readonly MarketDomain Domain = new(
        31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"), Address.Parse("0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"));
    static readonly PrivateKey Key = new(Enumerable.Repeat((byte)0x22, 32).ToArray());
    static readonly Address Provider = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    static SessionToken Token(ulong expiry = 1_800_000_600) =>
        SessionToken.Create(Domain, new TransferSession(new AgreementId(9), Provider, expiry), Key);

    [Fact]
    public void Token_Encoded_IsReadBack()
    {
        var token = Token();
        Assert.True(SessionToken.TryParseHeader("Bearer " + token.Encode(), out var read));
        Assert.Equal(token, read);
        Assert.True(read.IsGoodFor(Domain, Provider, Key.Address, Now));
    }

    [Fact]
    public void Token_ForOtherProviderKeyOrMarket_IsNotGood()
    {
        var token = Token();
        Assert.False(token.IsGoodFor(Domain, Key.Address, Key.Address, Now));
        Assert.False(token.IsGoodFor(Domain, Provider, Provider, Now));
        Assert.False(token.IsGoodFor(new MarketDomain(1, Domain.StorageAgreements, Domain.EgressVouchers), Provider, Key.Address, Now));
    }

    [Theory]
    [InlineData(1_800_000_000ul, false)]
    [InlineData(1_800_000_001ul, true)]
    [InlineData(1_800_086_400ul, true)]
    [InlineData(1_800_086_401ul, false)]
    [InlineData(ulong.MaxValue, false)]
    public void Token_ByExpiry_IsCurrentForADayAtMost(ulong expiry, bool current) =>
        Assert.Equal(current, Token(expiry).IsGoodFor(Domain, Provider, Key.Address, Now));

    [Fact]
    public void Token_WithAnyCharacterChanged_IsRefusedOrNotGood()
    {
        var text = Token().Encode();
        Prop.ForAll(
            Gen.Choose(0, text.Length - 1).Zip(Gen.Elements("ABCxyz019-_=+/ \n.~".ToCharArray())).ToArbitrary(),
            change =>
            {
                var changed = text.Remove(change.Item1, 1).Insert(change.Item1, change.Item2.ToString());
                return changed == text || !SessionToken.TryParse(changed, out var read)
                    || !read.IsGoodFor(Domain, Provider, Key.Address, Now);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Basic abc")]
    public void Header_OfAnotherForm_IsRefused(string? header) => Assert.False(SessionToken.TryParseHeader(header, out _));

    [Fact]
    public void Token_PaddedOrLengthened_IsRefused()
    {
        var text = Token().Encode();
        Assert.False(SessionToken.TryParse(text + "=", out _));
        Assert.False(SessionToken.TryParse(text + "A", out _));
        Assert.False(SessionToken.TryParse(" " + text[1..], out _));
    }

    [Fact]
    public void Token_AsText_HidesTheSignature() => Assert.DoesNotContain("0x1c", Token().ToString());
}
