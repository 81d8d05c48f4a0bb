using Marketplace.Application.Providers;
using Marketplace.Core.Primitives;

namespace Marketplace.Web.Provide;

/// <summary>Earnings of one day.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="Amount">All of it.</param>
public sealed record DailyEarning(DateOnly Day, TokenAmount Amount)
{
    /// <summary>The newest days up to one, those without earnings too; the oldest first.</summary>
    public static IReadOnlyList<DailyEarning> Of(IEnumerable<Earning> earnings, DateOnly last, int days)
    {
        var sums = earnings.GroupBy(earning => DateOnly.FromDateTime(earning.Time.UtcDateTime))
            .ToDictionary(group => group.Key, group => group.Aggregate(TokenAmount.Zero, (sum, earning) => sum + earning.Amount));
        return [.. Enumerable.Range(0, days).Select(offset => last.AddDays(offset - days + 1)).Select(day => new DailyEarning(day, sums.GetValueOrDefault(day)))];
    }
}
