using Marketplace.Application.Providers;
using Marketplace.Web.Provide;

using static Marketplace.Web.Tests.Provide.MadeStanding;

namespace Marketplace.Web.Tests.Provide;

public sealed class DiskUseTests
{
    const ulong GiB = 1UL << 30;

    [Fact]
    public void Parts_AreStored_PromisedAndFree_AndTogetherTheWhole()
    {
        var standing = With(free: 7 * GiB, stored: (long)GiB);

        // Of the two GiB that are rented out one is stored.
        Assert.Equal(new DiskUse(GiB, GiB, 6 * GiB), standing.Disk);
        Assert.Equal(8 * GiB, standing.Disk!.Whole);
        Assert.Equal(("12.5%", "25%"), (standing.Disk.StoredEnd, standing.Disk.PromisedEnd));
    }

    [Fact]
    public void MoreThanThereIsRoomFor_TakesAllOfTheRoom() => Assert.Equal(new DiskUse(0, GiB, 0), With(free: GiB, stored: null).Disk);

    [Fact]
    public void WhereTheNodeDidNotSay_NothingIsKnown() => Assert.Null((Standing(stake: 560) with { Node = new NodeAnswer.Away("It burned.") }).Disk);

    [Fact]
    public void ALittle_CanBeSeen_AndNothingCannot()
    {
        Assert.Equal(("0.75%", "0.75%"), (new DiskUse(1, 0, 1_000_000).StoredEnd, new DiskUse(1, 0, 1_000_000).PromisedEnd));
        Assert.Equal(("0%", "0%"), (new DiskUse(0, 0, 5).StoredEnd, new DiskUse(0, 0, 5).PromisedEnd));
        Assert.Equal(("99.99%", "100%"), (new DiskUse(999_900, 100, 0).StoredEnd, new DiskUse(999_900, 100, 0).PromisedEnd));
    }

    static ProviderStanding With(ulong free, long? stored)
    {
        var standing = Standing(stake: 560);
        return standing with { Duties = standing.Duties with { StoredBytes = stored }, Node = new NodeAnswer.There(free, "1", TimeSpan.Zero) };
    }
}
