using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Tests.Primitives;

public sealed class AddressTests
{
    // EIP-55's test cases.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Parse_OfAnEip55Example_WritesItTheSame(string text) => Assert.Equal(text, Address.Parse(text).ToString());

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_OfAWrongChecksumOrForm_IsRefused(string? text) => Assert.False(Address.TryParse(text, null, out _));

    [Fact]
    public void TryParse_InOneCase_NeedsNoChecksum() =>
        Assert.Equal(Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Address.Parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
}
