using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Org.BouncyCastle.Crypto.Digests;

namespace Marketplace.Ethereum.Tests.Cryptography;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("transfer(address,uint256)", "0xa9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b")]
    public void Hash_OfKnownText_IsThePublishedDigest(string text, string expected) =>
        Assert.Equal(Hash256.Parse(expected), Keccak256.Hash(text));

    [Fact]
    public void Hash_OfEveryLengthAroundTheRate_EqualsTheReference()
    {
        for (var length = 0; length <= 3 * 136 + 1; length++)
        {
            var data = Enumerable.Range(0, length).Select(i => (byte)(i * 31 + length)).ToArray();
            Assert.Equal(Reference(data), Keccak256.Hash(data));
        }
    }

    static Hash256 Reference(byte[] data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data, 0, data.Length);
        var output = new byte[32];
        digest.DoFinal(output, 0);
        return new Hash256(output);
    }
}
