using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Web.Agreements;

namespace Marketplace.Web.Tests.Agreements;

public sealed class ReadingDepositsTests
{
    [Theory]
    [InlineData("6000000000000000000", 12)]
    [InlineData("1000050000000000000", 7)]
    [InlineData("10001000000000000000000", 11)]
    [InlineData("11", 11)]
    public void AllOfItIsPaid_Evenly(string baseUnits, int agreements)
    {
        var total = UInt128.Parse(baseUnits, CultureInfo.InvariantCulture);

        var deposits = ReadingDeposits.Of(new TokenAmount(total), [.. Enumerable.Range(1, agreements).Select(number => new AgreementId((UInt128)number))]);

        Assert.Equal(total, deposits.Aggregate(UInt128.Zero, (sum, deposit) => sum + deposit.Amount.Value));
        Assert.Equal(agreements, deposits.Select(deposit => deposit.Agreement).Distinct().Count());
        Assert.InRange(deposits.Max(deposit => deposit.Amount.Value) - deposits.Min(deposit => deposit.Amount.Value), UInt128.Zero, UInt128.One);
        Assert.True(deposits.Min(deposit => deposit.Amount.Value) > 0);
    }
}
