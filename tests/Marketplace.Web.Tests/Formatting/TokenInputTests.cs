using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Tests.Formatting;

public sealed class TokenInputTests
{
    [Theory]
    [InlineData("1", "1000000000000000000")]
    [InlineData(" 12.5 ", "12500000000000000000")]
    [InlineData("0.000000000000000001", "1")]
    [InlineData("999999999999999", "999999999999999000000000000000000")]
    public void Amounts_AreReadToTheLastDigit(string text, string units)
    {
        Assert.True(TokenInput.TryParse(text, out var amount));
        Assert.Equal(new TokenAmount(UInt128.Parse(units, CultureInfo.InvariantCulture)), amount);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1,5")]
    [InlineData("1 000")]
    [InlineData("1e3")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.2.3")]
    [InlineData("٣")]
    [InlineData("0.0000000000000000001")]
    [InlineData("1000000000000000")]
    public void WhatIsNoAmount_IsNotGuessed(string? text) => Assert.False(TokenInput.TryParse(text, out _));

    [Theory]
    [InlineData("0", true)]
    [InlineData("0.0", true)]
    [InlineData("0.00 ", true)]
    [InlineData("", false)]
    [InlineData("-0", false)]
    [InlineData("0.", false)]
    public void Nothing_IsAnAmount_WhereItMaySo(string text, bool isAmount)
    {
        Assert.Equal(isAmount, TokenInput.TryParseOrNothing(text, out var amount));
        Assert.Equal(TokenAmount.Zero, amount);
    }
}
