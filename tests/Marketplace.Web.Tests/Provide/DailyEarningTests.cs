using System.Globalization;
using Marketplace.Application.Providers;
using Marketplace.Core.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

public sealed class DailyEarningTests
{
    static readonly DateOnly Today = new(2027, 3, 1);

    [Fact]
    public void Days_AreSummed_AndThoseWithoutEarningsAreThere()
    {
        var days = DailyEarning.Of([At("2027-02-27T00:00:00Z", 5), At("2027-02-27T23:59:59Z", 7), At("2027-03-01T12:00:00Z", 1), At("2027-02-26T23:59:59Z", 100)], Today, 3);

        Assert.Equal([new DateOnly(2027, 2, 27), new DateOnly(2027, 2, 28), Today], days.Select(day => day.Day));
        Assert.Equal([12UL, 0UL, 1UL], days.Select(day => (ulong)day.Amount.Value));
    }

    static Earning At(string time, ulong amount) => new(new AgreementId(1), DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), new TokenAmount(amount), false);
}
