using System.Globalization;
using Marketplace.Application.Stakes;

namespace Marketplace.Web.Govern;

/// <summary>Yields in words.</summary>
public static class YieldText
{
    /// <summary>Earned less slashed, for each token: "1.25 %"; a dash where nobody had stake there.</summary>
    public static string Of(ProviderYield row) => row is { EarnedShare: { } earned, SlashedShare: { } slashed } ? Percent(earned - slashed) : "–";

    /// <summary>What slashes took; empty where nothing.</summary>
    public static string Slashed(ProviderYield row) => row.SlashedShare is > 0 and { } slashed ? $"slashes took {Percent(slashed)}" : "";

    static string Percent(double share)
    {
        var percent = share * 100;
        var text = Math.Abs(percent) is > 0 and < 0.01 ? "<\u00A00.01" : Math.Abs(percent).ToString("0.##", CultureInfo.InvariantCulture);
        return (percent < 0 ? "−" : "") + text + "\u00A0%";
    }
}
