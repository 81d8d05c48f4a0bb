using System.Globalization;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Tests.Terminal;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(104_857_600, "100 MiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Bytes_HaveAUnit(long bytes, string expected) => Assert.Equal(expected, Figures.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(15, "15 s")]
    [InlineData(480, "8 min")]
    [InlineData(86_400, "1 d")]
    [InlineData(273_600, "3 d 4 h")]
    [InlineData(3_605, "1 h")]
    public void Duration_HasItsTwoLargestUnits(int seconds, string expected) => Assert.Equal(expected, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1_800)]
    [InlineData("8h", 28_800)]
    [InlineData("30d", 2_592_000)]
    public void ParsedDuration_IsWhatWasWritten(string text, int seconds)
    {
        Assert.True(Figures.TryParseDuration(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("8")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("31d")]
    [InlineData("8 h")]
    [InlineData("2147483647d")]
    public void ParsedDuration_OfAnythingElse_IsRefused(string text) => Assert.False(Figures.TryParseDuration(text, out _));

    [Fact]
    public void Ether_HasItsDecimals() => Assert.Equal("0.25 ETH", Figures.Ether(new Wei(UInt128.Parse("250000000000000000", CultureInfo.InvariantCulture))));
}
