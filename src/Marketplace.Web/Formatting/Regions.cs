using System.Collections.Frozen;

namespace Marketplace.Web.Formatting;

/// <summary>Names of regions: what providers claim as an ISO 3166-1 code. Those without a name here are shown by their code.</summary>
public static class Regions
{
    static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["AR"] = "Argentina", ["AT"] = "Austria", ["AU"] = "Australia", ["BE"] = "Belgium", ["BG"] = "Bulgaria", ["BR"] = "Brazil", ["CA"] = "Canada",
        ["CH"] = "Switzerland", ["CL"] = "Chile", ["CN"] = "China", ["CO"] = "Colombia", ["CZ"] = "Czechia", ["DE"] = "Germany", ["DK"] = "Denmark",
        ["EE"] = "Estonia", ["EG"] = "Egypt", ["ES"] = "Spain", ["FI"] = "Finland", ["FR"] = "France", ["GB"] = "United Kingdom", ["GR"] = "Greece",
        ["HK"] = "Hong Kong", ["HU"] = "Hungary", ["ID"] = "Indonesia", ["IE"] = "Ireland", ["IL"] = "Israel", ["IN"] = "India", ["IS"] = "Iceland",
        ["IT"] = "Italy", ["JP"] = "Japan", ["KE"] = "Kenya", ["KR"] = "South Korea", ["LT"] = "Lithuania", ["LU"] = "Luxembourg", ["LV"] = "Latvia",
        ["MX"] = "Mexico", ["MY"] = "Malaysia", ["NG"] = "Nigeria", ["NL"] = "Netherlands", ["NO"] = "Norway", ["NZ"] = "New Zealand", ["PH"] = "Philippines",
        ["PL"] = "Poland", ["PT"] = "Portugal", ["RO"] = "Romania", ["RS"] = "Serbia", ["SE"] = "Sweden", ["SG"] = "Singapore", ["SI"] = "Slovenia",
        ["SK"] = "Slovakia", ["TH"] = "Thailand", ["TR"] = "Türkiye", ["TW"] = "Taiwan", ["UA"] = "Ukraine", ["US"] = "United States", ["VN"] = "Vietnam",
        ["ZA"] = "South Africa",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name for people; the code where there is none, and "not said" for none.</summary>
    public static string NameOf(string code) => code.Length == 0 ? "not said" : Names.GetValueOrDefault(code, code);
}
