using Marketplace.Web.Formatting;

namespace Marketplace.Web.Tests.Formatting;

public sealed class NumberInputTests
{
    [Theory]
    [InlineData("0", 0ul)]
    [InlineData(" 12 ", 12ul)]
    [InlineData("3650", 3_650ul)]
    public void Numbers_AreRead(string text, ulong value)
    {
        var typed = new NumberInput(text, 0, 3_650);
        Assert.Equal(value, typed.Value);
        Assert.Null(typed.Trouble);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("1 000")]
    [InlineData("٣")]
    [InlineData("3651")]
    [InlineData("99999999999999999999999")]
    public void WhatIsNoNumber_IsNotGuessed_AndSaid(string? text)
    {
        var typed = new NumberInput(text, 0, 3_650);
        Assert.Null(typed.Value);
        Assert.Equal("A whole number, 0 to 3\u202F650.", typed.Trouble);
        Assert.Equal(text, typed.Text);
    }

    [Fact]
    public void NumberWithoutAnEnd_HasABeginning()
    {
        Assert.Equal(ulong.MaxValue, NumberInput.Of(ulong.MaxValue, 1).Value);
        Assert.Equal("A whole number, at least 1.", new NumberInput("0", 1).Trouble);
    }
}
