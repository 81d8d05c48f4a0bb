using Marketplace.Web.Network;

namespace Marketplace.Web.Tests.Network;

public sealed class HistoryRangeTests
{
    [Theory]
    [InlineData(null, 30)]
    [InlineData("7", 7)]
    [InlineData("90", 90)]
    [InlineData("all", 30)]
    [InlineData("<script>", 30)]
    public void WhereEachDayIsShown_AnAddressThatMakesNoSense_IsWhatIsUsual(string? key, int days) =>
        Assert.Equal(TimeSpan.FromDays(days), HistoryRange.Of(key, HistoryRange.OfDays).Length);

    [Fact]
    public void ThePast_CanBeSeenSinceItBegan() => Assert.Equal(TimeSpan.MaxValue, HistoryRange.Of("all").Length);
}
