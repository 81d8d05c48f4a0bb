using FsCheck;
using FsCheck.Fluent;
using Marketplace.Cli.Commands;

namespace Marketplace.Cli.Tests.Commands;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("0-0", 0, 0L)]
    [InlineData("5-17", 5, 17L)]
    [InlineData("7-", 7, null)]
    [InlineData("0-9223372036854775807", 0, long.MaxValue)]
    public void Parse_OfARange_HasBothEnds(string text, long from, long? to)
    {
        Assert.True(ByteRange.TryParse(text, out var range));
        Assert.Equal(new ByteRange(from, to), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-5")]
    [InlineData("5")]
    [InlineData("9-8")]
    [InlineData("1-2-3")]
    [InlineData("+1-2")]
    [InlineData(" 1-2")]
    [InlineData("0x1-2")]
    [InlineData("1-9223372036854775808")]
    public void Parse_OfAnythingElse_IsRefused(string text) => Assert.False(ByteRange.TryParse(text, out _));

    [Fact]
    public void Count_NeverReachesBehindTheEnd() =>
        Prop.ForAll<byte, byte, byte>((size, from, length) =>
        {
            var range = new ByteRange(from, from + (long)length);
            var expected = Enumerable.Range(0, size).Count(position => position >= from && position <= from + length);
            return range.CountIn(size) == expected && new ByteRange(from, null).CountIn(size) == Math.Max(0, size - from);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Count_OfTheLargestRange_DoesNotOverflow() => Assert.Equal(long.MaxValue, new ByteRange(0, long.MaxValue).CountIn(long.MaxValue));
}
