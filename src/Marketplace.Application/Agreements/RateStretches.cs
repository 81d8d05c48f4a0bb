using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Agreements;

/// <summary>What epochs cost by an agreement's rates, of which each holds until the next.</summary>
static class RateStretches
{
    /// <summary>The epochs from one up to another, that one not among them, cut where the rate changes.</summary>
    public static IEnumerable<(ulong From, ulong To, TokenAmount Rate)> Between(IReadOnlyList<AgreementRate> rates, ulong from, ulong to)
    {
        for (var i = 0; i < rates.Count; i++)
        {
            var first = Math.Max(from, rates[i].From.Value);
            var end = i + 1 < rates.Count ? Math.Min(to, rates[i + 1].From.Value) : to;
            if (first < end)
                yield return (first, end, rates[i].Rate);
        }
    }

    /// <summary>What all of them cost.</summary>
    public static TokenAmount Sum(IReadOnlyList<AgreementRate> rates, ulong from, ulong to) =>
        Between(rates, from, to).Aggregate(TokenAmount.Zero, (sum, stretch) => sum + stretch.Rate * (stretch.To - stretch.From));
}
