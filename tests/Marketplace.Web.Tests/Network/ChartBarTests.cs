using Marketplace.Web.Network;

namespace Marketplace.Web.Tests.Network;

public sealed class ChartBarTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(500, 50)]
    [InlineData(1_000, 100)]
    public void Height_OfMoreThanNothing_CanBeSeen(double value, int height) => Assert.Equal(height, ChartBar.HeightOf(value, 1_000));
}
