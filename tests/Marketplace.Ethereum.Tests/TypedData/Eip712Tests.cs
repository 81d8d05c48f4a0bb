using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.TypedData;

namespace Marketplace.Ethereum.Tests.TypedData;

public sealed class Eip712Tests
{
    static readonly Eip712Domain EtherMail = new("Ether Mail", "1", 1, Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));

    static readonly Mail Example = new(
        new Person("Cow", Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
        new Person("Bob", Address.Parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")),
        "Hello, Bob!");

    // EIP-712's own example, assets/eip-712/Example.js.
    [Fact]
    public void Digest_OfTheMailExample_IsTheSpecifications()
    {
        Assert.Equal("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2", Eip712.TypeHash<Mail>().ToString());
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", EtherMail.Separator.ToString());
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Eip712.StructHash(Example).ToString());
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Eip712.Digest(EtherMail, Example).ToString());
    }

    [Fact]
    public void Sign_OfTheMailExample_GivesTheSpecificationsSignature()
    {
        using var cow = new PrivateKey(Keccak256.Hash("cow").ToArray());
        Assert.Equal(Example.From.Wallet, cow.Address);
        var signature = cow.Sign(Eip712.Digest(EtherMail, Example));
        Assert.Equal(28, signature.V);
        Assert.Equal("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d", signature.R.ToString());
        Assert.Equal("0x07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562", signature.S.ToString());
    }

    // EIP-2612 and OpenZeppelin's ERC20Permit have this constant.
    [Fact]
    public void TypeHash_OfAPermit_IsTheStandards() =>
        Assert.Equal("0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9", Eip712.TypeHash<Permit>().ToString());

    [Fact]
    public void StructHash_OfAStructThatWritesTooLittle_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => Eip712.StructHash(new Forgetful()));

    [Fact]
    public void StructHash_OfAnEmptyArray_IsTheHashOfNothing()
    {
        var writer = new Eip712Writer(1);
        writer.WriteArray<ulong>([], static (w, value) => w.WriteUInt64(value));
        Assert.Equal(Keccak256.Hash([]).ToArray(), writer.ToArray());
    }

    // The example of web3.js's and ethers' documentation of hashMessage.
    [Fact]
    public void PersonalDigest_OfHelloWorld_IsTheKnownOne() =>
        Assert.Equal("0xd9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68", PersonalMessage.Digest("hello world").ToString());

    sealed record Person(string Name, Address Wallet) : IEip712Struct<Person>
    {
        public static string TypeText => "Person(string name,address wallet)";

        public void WriteMembers(Eip712Writer writer)
        {
            writer.WriteString(Name);
            writer.WriteAddress(Wallet);
        }
    }

    sealed record Mail(Person From, Person To, string Contents) : IEip712Struct<Mail>
    {
        public static string TypeText => "Mail(Person from,Person to,string contents)" + Person.TypeText;

        public void WriteMembers(Eip712Writer writer)
        {
            writer.WriteStruct(From);
            writer.WriteStruct(To);
            writer.WriteString(Contents);
        }

    }

    sealed record Forgetful : IEip712Struct<Forgetful>
    {
        public static string TypeText => "Forgetful(uint256 a,uint256 b)";

        public void WriteMembers(Eip712Writer writer) => writer.WriteUInt64(1);
    }
}
