using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Markets;

/// <summary>What space costs in the whole market.</summary>
public static class PriceWords
{
    const ulong GiBPerTiB = 1024;

    /// <summary>The price in the middle of all offers, for a GiB and 30 days. What nobody can pay is left out: anybody can ask for it.</summary>
    /// <param name="prices">Of all offers, for a GiB and epoch.</param>
    /// <param name="epochsPerMonth">In 30 days.</param>
    public static (string Figure, string Words) Of(IReadOnlyCollection<TokenAmount> prices, ulong epochsPerMonth)
    {
        if (prices.Count == 0)
            return ("None yet", "Nobody offers space yet.");
        var payable = PayableOf(prices, epochsPerMonth);
        if (payable.Count == 0)
            return ("None to pay", "Every offer asks for more than there can ever be.");
        var but = (prices.Count - payable.Count) switch
        {
            0 => "",
            1 => " but 1, which asks for more than there can ever be",
            var several => $" but {Figures.Whole((ulong)several)}, which ask for more than there can ever be",
        };
        return ($"{Figures.TokensAlone(payable[payable.Count / 2] * epochsPerMonth)} SPACE", $"for a GiB and 30 days, in the middle of all offers{but}.");
    }

    /// <summary>The price in the middle of the offers that somebody can pay, for a GiB and epoch; null where there is none.</summary>
    public static TokenAmount? MiddleOf(IEnumerable<TokenAmount> prices, ulong epochsPerMonth) =>
        PayableOf(prices, epochsPerMonth) is { Count: > 0 } payable ? payable[payable.Count / 2] : null;

    /// <summary>Those of which a TiB and 30 days cost what there can be, in their order.</summary>
    static List<TokenAmount> PayableOf(IEnumerable<TokenAmount> prices, ulong epochsPerMonth)
    {
        var most = new TokenAmount(UInt128.MaxValue / epochsPerMonth / GiBPerTiB);
        return [.. prices.Where(price => price <= most).Order()];
    }
}
