using Marketplace.Web.Network;

namespace Marketplace.Web.Tests.Network;

public sealed class ChartLineTests
{
    [Fact]
    public void Path_GoesFromZeroAtTheBottom_ToTheLargestAtTheTop_WithGaps() =>
        Assert.Equal("M0 99.5L10 0.5M30 50L40 99.5", new ChartLine("price", [0, 4, null, 2, 0]).ToPath(4));

    [Fact]
    public void ValueBetweenTwoGaps_IsADot_AndNoLine()
    {
        var line = new ChartLine("price", [1, null, 0.5, null, 0, 1]);
        Assert.Equal("M0 0.5h0M20 50h0", line.ToDots(1));
        Assert.Equal("M40 99.5L50 0.5", line.ToPath(1));
    }

    [Fact]
    public void NoValue_IsNoLine() => Assert.Equal(("", ""), (new ChartLine("price", [null, null]).ToPath(1), new ChartLine("price", [null, null]).ToDots(1)));
}
