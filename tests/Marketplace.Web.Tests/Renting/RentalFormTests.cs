using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Web.Renting;

namespace Marketplace.Web.Tests.Renting;

public sealed class RentalFormTests
{
    [Theory]
    [InlineData(null, null, null, null, 10, 1, "month", null)]
    [InlineData("7", "3", "day", "lean", 7, 3, "day", "lean")]
    [InlineData("1048576", "1000", "day", "lean", 1_048_576, 1_000, "day", "lean")]
    [InlineData("1048577", "1001", "day", "lean", 10, 1, "day", "lean")]
    [InlineData("0", "0", "year", "nonsense", 10, 1, "month", null)]
    [InlineData("-7", "ten", "", "", 10, 1, "month", null)]
    public void Address_ThatMakesNoSense_BecomesWhatIsUsual(
        string? space, string? length, string? unit, string? coding, ulong space2, ulong length2, string unit2, string? coding2) =>
        Assert.Equal(new RentalForm(space2, length2, unit2, coding2), RentalForm.Of(space, length, unit, coding));

    [Fact]
    public void ProposedTime_HoldsWhereNobodySaidOne_AndStaysWhenItIsSettled()
    {
        var proposed = new ProposedTerm(4, "hour", TimeSpan.FromHours(4.2));
        var silent = new RentalWords("7", null, null, null);
        Assert.Equal(new RentalForm(7, 4, "hour", null), silent.FormWith(proposed));
        Assert.Equal(new RentalForm(7, 1, "month", null), silent.FormWith(null));
        Assert.Equal(new RentalForm(7, 2, "month", null), (silent with { Length = "2" }).FormWith(proposed));
        Assert.Equal(new RentalForm(7, 4, "hour", null), silent.Settled(silent.FormWith(proposed)).FormWith(null));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("7", false)]
    [InlineData("", true)]
    [InlineData("0", true)]
    [InlineData("2.5", true)]
    [InlineData("1048577", true)]
    public void WhatWasTyped_AndMakesNoSense_IsSaid(string? text, bool isTrouble)
    {
        Assert.Equal(isTrouble, RentalForm.TroubleWithSpace(text) is not null);
        Assert.Equal(isTrouble, RentalForm.TroubleWithLength(text) is not null);
    }

    [Theory]
    [InlineData(1L, 1, "/rent?gib=1")]
    [InlineData(1L << 30, 1, "/rent?gib=1")]
    [InlineData((1L << 30) + 1, 2, "/rent?gib=2")]
    [InlineData(long.MaxValue, 1_048_576, "/rent?gib=1048576")]
    public void WhatIsMissing_IsRentedInWholeGib(long missing, ulong space, string link) => Assert.Equal((space, link), RentalForm.For(missing));

    [Theory]
    [InlineData("hour", "1", 60, 60)]
    [InlineData("day", "1", 7, 12_343)]
    [InlineData("month", "2", 86_400, 60)]
    public void Term_TakesAtLeastTheTimeAskedFor(string unit, string length, int epochSeconds, ulong epochs) =>
        Assert.Equal(epochs, RentalForm.Of("1", length, unit, null).TermIn(TimeSpan.FromSeconds(epochSeconds)));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("4", 1)]
    [InlineData("5", 2)]
    [InlineData("100", 25)]
    public void Space_AtEachProvider_HoldsAllOfTheFiles(string space, ulong each) =>
        Assert.Equal(new GiB(each), RentalForm.Of(space, "1", "day", "small").SpaceAtEach(CodingScheme.Small));

    [Theory]
    [InlineData("1", 4ul)]
    [InlineData("3", 4ul)]
    [InlineData("4", null)]
    [InlineData("5", 8ul)]
    [InlineData("1048576", null)]
    public void Room_ForMoreAtTheSamePrice_IsKnown(string space, ulong? room) =>
        Assert.Equal(room, RentalForm.Of(space, "1", "day", "small").RoomFor(CodingScheme.Small)?.Value);

    [Fact]
    public void Needs_AreTheStrongestFirst_AndOwnDevicesOnlyWhenAskedFor()
    {
        var epoch = TimeSpan.FromMinutes(1);
        Assert.Equal([30, 20, 12], RentalForm.Of("1", "1", "day", null).NeedsIn(epoch, null).Select(need => need.Providers));
        Assert.Equal([10], RentalForm.Of("1", "1", "day", "devices").NeedsIn(epoch, null).Select(need => need.Providers));
    }
}
