using Marketplace.Client.Selection;

namespace Marketplace.Web.Renting;

/// <summary>For how long enough providers rent out.</summary>
/// <param name="Shortest">Epochs.</param>
/// <param name="Longest">Epochs; no less.</param>
public sealed record TermsOffered(ulong Shortest, ulong Longest)
{
    /// <summary>A thousand years: nobody asks for more, and times can be reckoned with it.</summary>
    static readonly TimeSpan Most = TimeSpan.FromDays(365_000);

    /// <summary>What as many providers as are needed offer for their space, the longest; null where there are too few of them, or they have no term in common.</summary>
    /// <param name="need">What is needed.</param>
    /// <param name="offers">All.</param>
    /// <param name="most">Epochs that an agreement may run for at all.</param>
    public static TermsOffered? For(Need need, IEnumerable<ProviderOffer> offers, ulong most)
    {
        var longest = offers.Where(offer => offer.Rentable.Value >= need.Space.Value).GroupBy(offer => offer.Endpoint.Provider)
            .Select(provider => provider.MaxBy(offer => offer.MaxTerm)!).OrderByDescending(offer => offer.MaxTerm).Take(need.Providers).ToList();
        if (longest.Count < need.Providers)
            return null;
        var terms = new TermsOffered(longest.Max(offer => offer.MinTerm), Math.Min(longest[^1].MaxTerm, most));
        return terms.Shortest <= terms.Longest ? terms : null;
    }

    /// <summary>How long that is.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) In(TimeSpan epoch) => (TimeOf(Shortest, epoch), TimeOf(Longest, epoch));

    /// <summary>The longest of it that can be asked for, in the largest unit that says it; null where no unit is short enough.</summary>
    public (ulong Length, string Unit)? LongestIn(TimeSpan epoch)
    {
        var longest = TimeOf(Longest, epoch);
        var found = RentalForm.Units.Reverse().Select(unit => (Length: Math.Min((ulong)(longest / unit.Length), RentalForm.MostLength), unit.Name, Unit: unit.Length))
            .MaxBy(row => row.Unit * row.Length);
        return found.Length > 0 && found.Unit * found.Length >= TimeOf(Shortest, epoch) ? (found.Length, found.Name) : null;
    }

    static TimeSpan TimeOf(ulong epochs, TimeSpan epoch) => epochs >= Most / epoch ? Most : epoch * epochs;
}
