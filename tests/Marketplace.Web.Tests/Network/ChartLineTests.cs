using Marketplace.Web.Network;

namespace Marketplace.Web.Tests.Network;

public sealed class ChartLineTests
{
    [Fact]
    public void Path_GoesFromZeroAtTheBottom_ToTheLargestAtTheTop_WithGaps() =>
        Assert.Equal("M0 99.5L10 0.5M30 50L40 99.5", new ChartLine("price", [0, 4, null, 2, 0]).ToPath(4));

    [Fact]
    public void SingleValue_IsADash() => Assert.Equal("M10 0.5h2", new ChartLine("price", [null, 1, null]).ToPath(1));

    [Fact]
    public void NoValue_IsNoLine() => Assert.Equal("", new ChartLine("price", [null, null]).ToPath(1));
}
